package cases

import (
	"slices"

	"qianshao/config/county"
)

// Action is something that can be done with a case.
type Action string

// The actions. Arrive is the worker's; all others are a person's.
const (
	Arrive   Action = "arrive"   // 收到
	Sign     Action = "sign"     // 签收
	HandBack Action = "handback" // 退回, with a reason: goes to the duty desk, which becomes the lead until it assigns again
	Assign   Action = "assign"   // 转派 (duty desk): input Unit; to a unit that Seals it seals
	Look     Action = "look"     // 去看过了
	Conclude Action = "conclude" // 属实 / 不属实 / 无法核实, input Outcome
	Close    Action = "close"    // 办结
	Lower    Action = "lower"    // 不是特急: what the machine guessed from the words is none
)

// The steps that have a clock; their limits are in the county profile.
const (
	StepSign     = "sign_receipt"
	StepLook     = "first_look"
	StepConclude = "conclude_check"
	StepReply    = "reply_to_tipster"

	stepHandBack = "reject_wrong_route" // has no clock yet; the profile says for which priorities it is forbidden
)

// Transition is a line of the one table that actions, buttons and documentation are made from.
type Transition struct {
	Action    Action
	From      []State
	To        State    // "" for Conclude: the outcome is the new state; and for Lower, which leaves the state
	Lead      bool     // the lead unit may do it
	Duty      bool     // the duty desk may do it
	Refer     bool     // only in a case that is not ours and is answered with a referral
	NeedsNote bool     // at least MinNote characters
	Done      []string // steps of clocks that it stops
	Starts    []string // steps of clocks that it starts (anew); a step without a limit for the priority starts none
}

// Table is the transition table. For one action and state the first line that fits counts; the expected action of a state stands first.
var Table = []Transition{
	{Action: Arrive, To: Unsigned, Starts: []string{StepSign, StepLook, StepConclude}},
	{Action: Sign, From: []State{Unsigned}, To: Signed, Lead: true, Done: []string{StepSign}},
	{Action: Close, From: []State{Signed}, To: Closed, Lead: true, Refer: true, NeedsNote: true, Done: []string{StepLook, StepConclude}},
	{Action: Look, From: []State{Signed}, To: Looked, Lead: true, Done: []string{StepLook}},
	{Action: Conclude, From: []State{Looked}, Lead: true, NeedsNote: true, Done: []string{StepConclude}, Starts: []string{StepReply}},
	{Action: Close, From: []State{True, False, Unclear}, To: Closed, Lead: true, Done: []string{StepReply}},
	{Action: Assign, From: []State{Unsigned, Signed, Looked}, To: Unsigned, Duty: true, Starts: []string{StepSign}},
	{Action: HandBack, From: []State{Unsigned, Signed}, To: Unsigned, Lead: true, NeedsNote: true, Starts: []string{StepSign}},
	{Action: Lower, From: []State{Unsigned, Signed, Looked}, Lead: true, Duty: true, NeedsNote: true},
}

// Outcomes are what a conclusion may say.
var Outcomes = []State{True, False, Unclear}

// line finds the line of the table that an action on the case would follow now.
func (c *Case) line(p *county.Profile, act Action) (Transition, bool) {
	for _, t := range Table {
		if t.Action == act && t.fits(p, c) {
			return t, true
		}
	}
	return Transition{}, false
}

// fits says whether the case is where the line starts, whoever asks.
func (t Transition) fits(p *county.Profile, c *Case) bool {
	if !slices.Contains(t.From, c.State) || t.Refer && !c.Refer {
		return false
	}
	if t.Action == Lower {
		return c.Emergency && c.Guessed && c.Usual != ""
	}
	if t.Action == HandBack { // there must be someone to hand it to, and a sealed case has nobody
		return c.Lead != dutyDesk && !c.Sealed && !rule(p, stepHandBack).Forbidden[c.Priority]
	}
	return true
}

// allows says whether the actor is one of those who may follow the line.
func (t Transition) allows(a Actor, c *Case) bool {
	return t.Lead && a.unit() == c.Lead || t.Duty && a.Role == Duty
}

// Actions lists what the actor may do with the case now, the expected one first.
func (s *Service) Actions(a Actor, c *Case) []Transition {
	if !c.SeenBy(a) {
		return nil
	}
	var may []Transition
	for _, t := range Table {
		if t.fits(s.Profile, c) && t.allows(a, c) {
			may = append(may, t)
		}
	}
	return may
}
