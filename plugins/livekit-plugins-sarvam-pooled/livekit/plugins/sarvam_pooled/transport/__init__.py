"""One Attempt over the network: pure wire and pool state, thin shells."""
