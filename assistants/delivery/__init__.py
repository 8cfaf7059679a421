"""A courier's outbound call that confirms the delivery of a parcel."""
