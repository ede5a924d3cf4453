package county

// TextKeys are the texts that a profile must have, each with how many %s it takes: first the name of a unit, or a day such as 11月24日.
func TextKeys() map[string]int {
	return map[string]int{
		"asks":    0, // who asks, by its long name
		"hotline": 0, // the number of the service hotline
		"safety":  0, // what to do in an emergency, before calling
		"notice":  0, // what not to do for the sake of proof

		"explain.is":     0, // what an illegal workshop is; this and what follows are for the explaining pages, the leaflet and the loudspeaker
		"explain.danger": 0, // why it is dangerous, a line each
		"explain.not":    0, // what is none, a line each
		"explain.note":   0, // what to remember of what one saw, a line each
		"explain.after":  0, // what becomes of what one wrote, a line each
		"explain.done":   0, // what is done about a matter that is true
		"explain.reward": 2, // least and most, once rewards are no draft
		"broadcast":      1, // number of the hotline; a minute for the loudspeaker of a village

		"call.110": 0, // what a number is for
		"call.119": 0,
		"call.120": 0,

		"story.received":    0, // what happened, as the tipster reads it
		"story.working":     0,
		"story.unsigned":    1, // unit
		"story.signed":      1, // unit
		"story.looked":      1, // unit
		"story.true":        1, // unit
		"story.false":       1, // unit
		"story.unclear":     1, // unit
		"story.disposing":   1, // unit
		"story.disposed":    1, // unit
		"story.reopened":    1, // unit
		"story.moved":       1, // unit
		"story.paused":      0,
		"story.resumed":     0,
		"story.unheard":     0, // as story.resumed, where nothing came
		"story.redone":      1, // unit
		"story.rechecked":   1, // unit
		"story.relapsed":    0,
		"story.watched":     0,
		"story.looked_back": 0,
		"story.doubted":     0,
		"story.struck":      0,
		"story.withdrawn":   0,
		"story.extended":    0,
		"story.closed":      0,
		"story.referred":    0,

		"next.sign":     1, // day; what comes next and by when
		"next.look":     1, // day
		"next.conclude": 1, // day
		"next.answer":   1, // day
		"next.begin":    1, // day
		"next.dispose":  1, // day
		"next.close":    1, // day
		"late.sign":     1, // day, which is past; the same steps
		"late.look":     1, // day
		"late.conclude": 1, // day
		"late.answer":   1, // day
		"late.begin":    1, // day
		"late.dispose":  1, // day
		"late.close":    1, // day
		"next.none":     0,

		"ask.until":  1, // day; below a question
		"ask.silent": 0, // after it

		"plea.rechecked": 1, // unit; the answer to an objection

		"withdraw.stops":   0, // before one withdraws
		"withdraw.goes_on": 0,
		"withdraw.kept":    0,
		"tell.one":         4, // what staff are told outside of the desk, of one case: kind, how many, priority, number of the case
		"tell.many":        3, // of several: kind or tell.any, how many, the highest priority
		"tell.daily":       4, // once a day: cases not signed, clocks that ran out, clocks about to, other notices
		"tell.any":         0, // stands for the kind when there are several, and always of a sealed case
		"tell.test":        0, // what the test button sends
		"tell.digest":      0, // the name of the day's digest

		"tell.kind.new":       0, // the kinds of notices
		"tell.kind.light":     0,
		"tell.kind.unsigned":  0,
		"tell.kind.urge":      0,
		"tell.kind.order":     0,
		"tell.kind.answer":    0,
		"tell.kind.asked":     0,
		"tell.kind.decided":   0,
		"tell.kind.invited":   0,
		"tell.kind.opinion":   0,
		"tell.kind.mention":   0,
		"tell.kind.lookback":  0,
		"tell.kind.relapse":   0,
		"tell.kind.failed":    0,
		"tell.kind.equipment": 0,
		"tell.kind.strike":    0,
		"tell.kind.heard":     0,
		"tell.kind.objection": 0,
	}
}

// Icons are the symbols that a sign may carry on its tile; frontend draws them.
func Icons() []string {
	return []string{"smell", "night", "noise", "window", "camera", "chimney", "sign", "drum", "kettle", "bag", "tanker", "plate", "water", "smoke", "power",
		"people", "injury", "inside", "history", "trade"}
}
