"""too_large"""
