"""A run on its way to its tracker, beside the training: journal -> feed -> forwarder -> tracker."""
