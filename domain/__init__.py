"""The rules of the fund: pure functions over money, area, people, cities, orders and deposits."""
