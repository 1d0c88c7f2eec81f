"""What is reported of deposits, arrears and the days of banks, always within what the reader may see."""
