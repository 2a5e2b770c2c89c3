"""Tables of data: their files, their columns, and the numbers made of them."""
