"""The training's side: a writer a run, its header and config, and which logger it belongs to."""
