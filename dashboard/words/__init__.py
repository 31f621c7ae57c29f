"""What happened and what there is to see, in plain words; a module a subject."""
