"""Files of tables: their bytes, their encoding, their lines or sheets, as texts."""
