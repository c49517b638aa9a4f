"""Site documents: EPCIS 2.0 read strictly, signed by a site, and what they state of each metal."""
