// Ends the part of one element type.
#undef NAME
#undef STORED
#undef STORED_VECTOR
#undef WIDEN
#undef NARROW
#undef LOAD
#undef STORE
