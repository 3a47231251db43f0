"""The unit of work over SQLAlchemy: one set of models, for PostgreSQL and SQLite."""
