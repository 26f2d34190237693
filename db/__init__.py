"""The ground floor: tables, engines, migrations. It knows nothing of what a library may or may not do."""
