package county

// TextKeys are the texts that a profile must have, each with how many %s it takes: first the name of a unit, or a day such as 11月24日.
func TextKeys() map[string]int {
	return map[string]int{
		"asks":    0, // who asks, by its long name
		"hotline": 0, // the number of the service hotline
		"safety":  0, // what to do in an emergency, before calling
		"notice":  0, // what not to do for the sake of proof

		"call.110": 0, // what a number is for
		"call.119": 0,
		"call.120": 0,

		"story.received":  0, // what happened, as the tipster reads it
		"story.working":   0,
		"story.unsigned":  1, // unit
		"story.signed":    1, // unit
		"story.looked":    1, // unit
		"story.true":      1, // unit
		"story.false":     1, // unit
		"story.unclear":   1, // unit
		"story.disposing": 1, // unit
		"story.disposed":  1, // unit
		"story.reopened":  1, // unit
		"story.extended":  0,
		"story.closed":    0,
		"story.referred":  0,

		"next.sign":     1, // day; what comes next and by when
		"next.look":     1, // day
		"next.conclude": 1, // day
		"next.answer":   1, // day
		"next.begin":    1, // day
		"next.dispose":  1, // day
		"next.close":    1, // day
		"next.none":     0,
	}
}

// Icons are the symbols that a sign may carry on its tile; frontend draws them.
func Icons() []string {
	return []string{"smell", "night", "noise", "window", "camera", "chimney", "sign", "drum", "kettle", "bag", "tanker", "plate", "water", "smoke", "power",
		"people", "injury", "inside", "history", "trade"}
}
