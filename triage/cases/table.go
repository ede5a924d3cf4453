package cases

import (
	"slices"
	"strings"

	"qianshao/config/county"
	"qianshao/intake/fault"
	"qianshao/triage/cases/disposal"
)

// Action is something that can be done with a case. The names stand in stored documents.
type Action string

// The actions. Arrive is the worker's; all others are a person's.
const (
	Arrive    Action = "arrive"    // 收到
	Sign      Action = "sign"      // 签收
	HandBack  Action = "handback"  // 退回, with a reason: goes to the duty desk, which becomes the lead until it assigns again; input Unit, if any, is whose matter it is
	Assign    Action = "assign"    // 转派 (duty desk): input Unit; to a unit that Seals it seals. After too many hand-backs it is a ruling, and stands
	Look      Action = "look"      // 去看过了
	Conclude  Action = "conclude"  // 属实 / 不属实 / 无法核实, input Outcome
	Dispose   Action = "dispose"   // 开始处置
	Finish    Action = "finish"    // 处置完
	Redo      Action = "redo"      // 重新处置 (duty desk): what was done is not enough
	Close     Action = "close"     // 办结
	LookBack  Action = "lookback"  // 回头看, input Record of disposal.KindVisit
	Strike    Action = "strike"    // 同意销号: struck off once all Parties agreed
	Reopen    Action = "reopen"    // 重新办, input Choice; for an objection input Unit, another one than concluded
	Lower     Action = "lower"     // 不是特急: what the machine guessed from the words is none
	Pause     Action = "pause"     // 暂停, input Choice
	Resume    Action = "resume"    // 恢复
	Extend    Action = "extend"    // 申请延期
	Grant     Action = "grant"     // 同意延期, by another person than who asked
	Refuse    Action = "refuse"    // 不同意延期, by another person
	Urge      Action = "urge"      // 催办
	Supervise Action = "supervise" // 督办
	Answer    Action = "answer"    // 答复督办
	Invite    Action = "invite"    // 请协办, input Unit: asks for its opinion
	Opine     Action = "opine"     // 签协办意见, input Choice
	Register  Action = "record"    // 登记, input Record
	Correct   Action = "correct"   // 更正, input Item (a record's id) and Record; the versions before stay
	Void      Action = "void"      // 作废, input Item
	Remark    Action = "remark"    // 记一笔; input Unit, if any, is told of it
	Merge     Action = "merge"     // 并案: all tips of a case go into another one; see Service.Merge
	Separate  Action = "separate"  // 分案: a tip goes back to a case of its own; see Service.Separate
	Reject    Action = "reject"    // 不是一件事: the two cases are never proposed again; see Service.Reject
	Prolong   Action = "prolong"   // 记法定延期: the level above allowed more time than the law gives; the note says who and by which document
	Inquire   Action = "ask"       // 问来人; done by Write
	Write     Action = "write"     // 答复来人, to everybody who tipped or to one of them; done by Write
	Object    Action = "object"    // 来人有异议, which the worker notes; the duty desk decides
	Dismiss   Action = "dismiss"   // 维持结论: the objection does not take it up again; done by Write, because its words go to who objected
	Recur     Action = "recur"     // 复发: the matter of a closed case began again; see Service.Recurs
)

// Name is the action in Chinese.
func (a Action) Name() string { return actionNames[a] }

var actionNames = map[Action]string{
	Arrive: "收到", Sign: "签收", HandBack: "退回", Assign: "转派", Look: "去看过了", Conclude: "下结论", Dispose: "开始处置", Finish: "处置完", Redo: "重新处置", Close: "办结",
	LookBack: "回头看", Strike: "同意销号", Reopen: "重新办", Lower: "不是特急", Pause: "暂停", Resume: "恢复", Extend: "申请延期", Grant: "同意延期", Refuse: "不同意延期", Urge: "催办",
	Supervise: "督办", Answer: "答复督办", Invite: "请协办", Opine: "签协办意见", Register: "登记", Correct: "更正", Void: "作废", Remark: "记一笔", Merge: "并案", Separate: "分案", Reject: "不是一件事", Recur: "复发",
	Prolong: "记法定延期",
	Inquire: "问来人", Write: "答复来人", Object: "来人有异议", Dismiss: "维持结论",
}

// The steps that have a clock; their limits are in the county profile.
const (
	StepSign      = "sign_receipt"
	StepDispatch  = "triage_dispatch" // while an unsigned case lies with the duty desk
	StepAccept    = "accept_decision" // until somebody signs; whoever hands back hands on what is left of it
	StepProgress  = "progress_note"   // from the signing to the closing, anew with every word to who tipped
	StepLook      = "first_look"
	StepConclude  = "conclude_check"
	StepReply     = "reply_to_tipster"
	StepBegin     = "start_disposal"
	StepDispose   = "dispose"
	StepClose     = "close_case"
	StepLegal     = "legal_finish" // 60 days by law; a pause does not stop it
	StepPause     = "pause"
	StepDecide    = "extension_decide"
	StepOpinion   = "co_opinion"       // of a unit
	StepSupervise = "supervise_answer" // of a supervision order
	StepLookBack  = "look_back"        // of a look-back
	StepStrike    = "strike_off"
	StepOrder     = "order_deadline" // of a record
	StepSeizure   = "seizure"        // of a record
	StepPenalty   = "penalty"        // of a record: 90 days to decide
	StepPublish   = "penalty_public" // of a record: 7 working days to make it public

	stepHandBack = "reject_wrong_route" // has no clock; the profile says until when, and for which priorities it is forbidden
	stepExtend   = "extension"          // how much an extension gives
	stepProlong  = "legal_extension"    // how much the level above may give beyond StepLegal
)

// Takes is something that an action needs beside its note.
type Takes string

// What an action may need: the field of Input that carries it.
const (
	TakesOutcome Takes = "outcome"
	TakesUnit    Takes = "unit"
	TakesChoice  Takes = "choice"
	TakesRecord  Takes = "record"
	TakesItem    Takes = "item"
	TakesWords   Takes = "words" // for who tipped; the only one that Input does not carry
)

// Choice is one answer that an action offers.
type Choice struct{ ID, Name string }

// Transition is a line of the one table that actions, buttons and documentation are made from.
type Transition struct {
	Action    Action
	From      []State
	To        State    // "" leaves the state, or the action decides: Conclude by its outcome, Sign after a transfer, Strike when all agreed
	Lead      bool     // the lead unit may do it
	Owes      bool     // the unit to which a supervision order went that waits may do it
	Duty      bool     // the duty desk may do it
	Co        bool     // a helping unit may do it
	Town      bool     // the township of the place may do it
	Any       bool     // everybody who sees the case may do it
	Other     bool     // but not who asked for it
	Still     bool     // also while the case is paused
	Pair      bool     // about two cases: done by a method of its own, not by Do
	Talk      bool     // carries words to who tipped: done by Write, not by Do
	When      []Cond   // without them there is no such button
	Needs     []Cond   // without them the button says what is missing
	NeedsNote bool     // at least MinNote characters
	Takes     []Takes  // what it needs beside the note
	Choices   []Choice // for TakesChoice
	Done      []string // steps of clocks that it stops
	Starts    []string // steps of clocks that it starts (anew); a step without a limit for the priority starts none
}

var (
	beforeResult = []State{Unsigned, Signed, Looked}
	afterResult  = []State{True, Unclear, Disposing, Disposed}
	atWork       = []State{Signed, Looked, True, Disposing}
	open         = []State{Unsigned, Signed, Looked, True, False, Unclear, Disposing, Disposed}
	signedOn     = []State{Signed, Looked, True, False, Unclear, Disposing, Disposed, Closed, Watched, Struck}
	asking       = []State{Signed, Looked, True, False, Unclear, Disposing, Disposed, Watched}
	doubted      = []State{False, Unclear}
	decided      = []State{True, False, Unclear, Disposing, Disposed, Closed, Watched, Struck}
	over         = []State{Closed, Watched, Struck}
	whole        = append(slices.Clone(open), over...)
	steps        = []string{StepDispatch, StepAccept, StepProgress, StepLook, StepConclude, StepBegin, StepDispose, StepClose, StepReply, StepLegal, StepStrike}
)

// Table is the transition table. For one action and state the first line that fits counts; the expected action of a state stands first.
var Table = []Transition{
	{Action: Arrive, To: Unsigned, Starts: arrival},
	{Action: Sign, From: []State{Unsigned}, Lead: true, Still: true, When: []Cond{CondTransfer}, Done: []string{StepSign, StepDispatch, StepAccept}, Starts: []string{StepProgress}},
	{Action: Sign, From: []State{Unsigned}, To: Signed, Lead: true, Done: []string{StepSign, StepDispatch, StepAccept}, Starts: []string{StepProgress}},
	{Action: Resume, From: atWork, Lead: true, Duty: true, Still: true, When: []Cond{CondPaused}},
	{Action: Close, From: []State{Signed}, To: Closed, Lead: true, When: []Cond{CondReferral}, Needs: []Cond{NeedAnswers}, NeedsNote: true, Done: steps},
	{Action: Look, From: []State{Signed}, To: Looked, Lead: true, Done: []string{StepLook}},
	{Action: Conclude, From: []State{Looked}, Lead: true, Needs: []Cond{NeedSurvey}, NeedsNote: true, Takes: []Takes{TakesOutcome}, Done: []string{StepConclude}, Starts: []string{StepReply}},
	{Action: Dispose, From: []State{True}, To: Disposing, Lead: true, Done: []string{StepBegin}, Starts: []string{StepDispose}},
	{Action: Finish, From: []State{Disposing}, To: Disposed, Lead: true, Needs: []Cond{NeedDisposal}, NeedsNote: true, Done: []string{StepDispose}, Starts: []string{StepClose}},
	{Action: Close, From: []State{Disposed}, To: Watched, Lead: true, Needs: []Cond{NeedAnswers}, Done: steps},
	{Action: Close, From: []State{False, Unclear}, To: Closed, Lead: true, Needs: []Cond{NeedAnswers}, Done: steps},
	{Action: Look, From: []State{Unclear}, To: Looked, Lead: true, Done: []string{StepClose, StepReply}, Starts: []string{StepConclude}},
	{Action: LookBack, From: signedOn, Lead: true, Duty: true, Town: true, Still: true, When: []Cond{CondVisited}, Takes: []Takes{TakesRecord}},
	{Action: Strike, From: []State{Watched}, Lead: true, Duty: true, Town: true, Needs: []Cond{NeedClean, NeedSettled, NeedAnswers}},
	{Action: Answer, From: whole, Owes: true, Still: true, When: []Cond{CondSupervised}, NeedsNote: true},
	{Action: Grant, From: atWork, Lead: true, Duty: true, Other: true, Still: true, When: []Cond{CondAsked, CondGrantable}, Needs: []Cond{NeedInTime}},
	{Action: Refuse, From: atWork, Lead: true, Duty: true, Other: true, Still: true, When: []Cond{CondAsked}, NeedsNote: true},
	{Action: Opine, From: signedOn, Co: true, Still: true, When: []Cond{CondHelped}, NeedsNote: true, Takes: []Takes{TakesChoice}, Choices: []Choice{{"agree", "同意"}, {"disagree", "不同意"}, {"unrelated", "不归我们"}}},
	{Action: Assign, From: beforeResult, To: Unsigned, Duty: true, Still: true, Takes: []Takes{TakesUnit}, Done: []string{StepDispatch}, Starts: []string{StepSign}},
	{Action: Assign, From: afterResult, To: Unsigned, Duty: true, Still: true, NeedsNote: true, Takes: []Takes{TakesUnit}, Done: []string{StepDispatch}, Starts: []string{StepSign}},
	{Action: HandBack, From: []State{Unsigned, Signed}, To: Unsigned, Lead: true, When: []Cond{CondReturnable}, Needs: []Cond{NeedAnswers, NeedEarly}, NeedsNote: true, Takes: []Takes{TakesUnit}, Done: []string{StepProgress}, Starts: []string{StepSign, StepDispatch}},
	{Action: Lower, From: beforeResult, Lead: true, Duty: true, When: []Cond{CondGuessed}, NeedsNote: true},
	{Action: Register, From: signedOn, Lead: true, Duty: true, Co: true, Still: true, Takes: []Takes{TakesRecord}},
	{Action: Correct, From: whole, Lead: true, Duty: true, Co: true, Still: true, When: []Cond{CondRecorded}, NeedsNote: true, Takes: []Takes{TakesItem, TakesRecord}},
	{Action: Void, From: whole, Lead: true, Duty: true, Still: true, When: []Cond{CondRecorded}, NeedsNote: true, Takes: []Takes{TakesItem}},
	{Action: Pause, From: atWork, Lead: true, When: []Cond{CondPausable}, NeedsNote: true, Takes: []Takes{TakesChoice}, Choices: []Choice{{pauseMaterial, "等补充材料"}, {"test", "等鉴定、检测"}, {"transfer", "移送期间"}, {"other", "别的原因"}}, Starts: []string{StepPause}},
	{Action: Extend, From: atWork, Lead: true, When: []Cond{CondExtendable}, Needs: []Cond{NeedInTime}, NeedsNote: true, Starts: []string{StepDecide}},
	{Action: Prolong, From: open, Lead: true, Still: true, When: []Cond{CondNoDesk, CondLegal}, Needs: []Cond{NeedInTime}, NeedsNote: true},
	{Action: Prolong, From: open, Duty: true, Still: true, When: []Cond{CondLegal}, Needs: []Cond{NeedInTime}, NeedsNote: true},
	{Action: Redo, From: []State{Disposed}, To: Disposing, Lead: true, When: []Cond{CondNoDesk}, NeedsNote: true, Done: []string{StepClose}, Starts: []string{StepDispose}},
	{Action: Redo, From: []State{Disposed}, To: Disposing, Duty: true, NeedsNote: true, Done: []string{StepClose}, Starts: []string{StepDispose}},
	{Action: Reopen, From: over, To: Unsigned, Lead: true, When: []Cond{CondNoDesk}, NeedsNote: true, Takes: []Takes{TakesChoice, TakesUnit}, Choices: reopenings, Done: steps, Starts: arrival},
	{Action: Reopen, From: over, To: Unsigned, Duty: true, NeedsNote: true, Takes: []Takes{TakesChoice, TakesUnit}, Choices: reopenings, Done: steps, Starts: arrival},
	{Action: Reopen, From: doubted, To: Unsigned, Lead: true, When: []Cond{CondNoDesk, CondPleaded}, NeedsNote: true, Takes: []Takes{TakesChoice, TakesUnit}, Choices: reopenings[:1], Done: steps, Starts: arrival},
	{Action: Reopen, From: doubted, To: Unsigned, Duty: true, When: []Cond{CondPleaded}, NeedsNote: true, Takes: []Takes{TakesChoice, TakesUnit}, Choices: reopenings[:1], Done: steps, Starts: arrival},
	{Action: Dismiss, From: decided, Lead: true, Talk: true, When: []Cond{CondNoDesk, CondPleaded}, Takes: []Takes{TakesWords}},
	{Action: Dismiss, From: decided, Duty: true, Talk: true, When: []Cond{CondPleaded}, Takes: []Takes{TakesWords}},
	{Action: Inquire, From: asking, Lead: true, Duty: true, Still: true, Talk: true, When: []Cond{CondTipped}, Takes: []Takes{TakesWords}},
	{Action: Write, From: whole, Lead: true, Duty: true, Still: true, Talk: true, When: []Cond{CondTipped}, Takes: []Takes{TakesWords}, Done: []string{StepReply}},
	{Action: Object, Still: true},
	{Action: Invite, From: open, Lead: true, Duty: true, Still: true, When: []Cond{CondUnsealed}, Takes: []Takes{TakesUnit}},
	{Action: Urge, From: whole, Duty: true, Still: true},
	{Action: Supervise, From: whole, Duty: true, Still: true, NeedsNote: true},
	{Action: Remark, From: whole, Any: true, Still: true, NeedsNote: true, Takes: []Takes{TakesUnit}},
	{Action: Merge, From: whole, To: Merged, Duty: true, Pair: true},
	{Action: Separate, From: whole, Duty: true, Pair: true, NeedsNote: true},
	{Action: Reject, From: whole, Duty: true, Pair: true},
	{Action: Recur, From: whole, Duty: true, Pair: true},
}

// Why a case may be taken up again. An objection counts: the profile says how often.
const reopenObjection = "objection"

// pauseMaterial is the choice of Pause for a case that waits for what somebody may still give.
const pauseMaterial = "material"

// ReopenCheck is the choice of Reopen for a case in which a check on the spot found a problem.
const ReopenCheck = "check"

var (
	reopenings = []Choice{{reopenObjection, "居民有异议、不满意"}, {"relapse", "又干起来了"}, {ReopenCheck, "抽查发现没办好"}}
	arrival    = []string{StepSign, StepDispatch, StepAccept, StepLook, StepConclude, StepLegal}
)

// ChoiceName is an answer of an action in Chinese; the id itself when the action has no such answer.
func ChoiceName(act Action, id string) string {
	for _, t := range Table {
		for _, o := range t.Choices {
			if t.Action == act && o.ID == id {
				return o.Name
			}
		}
	}
	return id
}

// line finds the line of the table that an action on the case would follow now.
func (c *Case) line(p *county.Profile, act Action) (Transition, bool) {
	i := c.lineAt(p, act)
	if i < 0 {
		return Transition{}, false
	}
	return Table[i], true
}

func (c *Case) lineAt(p *county.Profile, act Action) int {
	return slices.IndexFunc(Table, func(t Transition) bool { return t.Action == act && !t.Pair && t.fits(p, c) })
}

// fits says whether the case is where the line starts, whoever asks.
func (t Transition) fits(p *county.Profile, c *Case) bool {
	if !slices.Contains(t.From, c.State) || c.Hold != nil && !t.Still {
		return false
	}
	for _, cond := range t.When {
		if !c.holds(p, cond) {
			return false
		}
	}
	return true
}

// holds says whether a condition of the table is met.
func (c *Case) holds(p *county.Profile, cond Cond) bool {
	switch cond {
	case CondReferral:
		return c.Refer
	case CondGuessed:
		return c.Emergency && c.Guessed && c.Usual != ""
	case CondReturnable: // a sealed case has nobody to be handed to
		return c.Lead != dutyDesk && !c.Sealed && !c.Ruled && !rule(p, stepHandBack).Forbidden[c.Priority]
	case CondTransfer:
		return c.Back != ""
	case CondPausable:
		return c.Hold == nil && !rule(p, StepPause).Forbidden[c.Priority]
	case CondPaused:
		return c.Hold != nil
	case CondExtendable:
		return c.Extension == nil && c.Extended == 0 && c.extendable() != "" && limitOf(p, stepExtend, c.Priority) != nil
	case CondAsked:
		return c.Extension != nil
	case CondGrantable:
		return limitOf(p, stepExtend, c.Priority) != nil
	case CondSupervised, NeedAnswers:
		return slices.ContainsFunc(c.Orders, Order.waits) == (cond == CondSupervised)
	case CondUnsealed:
		return !c.Sealed
	case CondHelped:
		return len(c.Co) > 0
	case CondRecorded:
		return slices.ContainsFunc(c.Records, func(r Record) bool { return !r.Void })
	case CondVisited:
		return slices.ContainsFunc(c.LookBacks, Return.waits)
	case CondLegal:
		return c.Prolonged == 0 && c.running(StepLegal, "") != nil && limitOf(p, stepProlong, c.Priority) != nil
	case CondNoDesk:
		return !slices.Contains(c.Sees, dutyDesk)
	case CondTipped:
		return slices.ContainsFunc(c.Tips, func(t TipRef) bool { return !t.Withdrawn })
	case CondPleaded:
		return c.Pleaded()
	case NeedDisposal:
		return c.disposalGap(p) == nil
	case NeedSettled:
		return len(c.unsettled()) == 0
	case NeedSurvey:
		return len(c.current(disposal.KindSurvey)) > 0
	case NeedClean:
		return c.clean() >= p.CleanLookBacks(c.Categories)
	}
	return false
}

// Missing is what stands against a line that Actions gave: the fault that Do would answer with, nil when nothing does.
func (s *Service) Missing(c *Case, t Transition) error {
	return c.missing(s.Profile, t, move{act: t.Action, at: s.Now()})
}

// missing is the fault of a line whose needs are not met by a move.
func (c *Case) missing(p *county.Profile, t Transition, m move) error {
	for _, cond := range t.Needs {
		switch cond {
		case NeedInTime:
			if k := c.lengthened(m.act); k != nil && k.over(m.at) {
				return fault.New(fault.Conflict, "desk.overdue", rule(p, k.Step).Name)
			}
			continue
		case NeedEarly:
			if by, ok := c.returnBy(p); ok && !m.at.Before(by) {
				return fault.New(fault.Conflict, "desk.handback_late")
			}
			continue
		}
		if c.holds(p, cond) || cond == NeedSurvey && m.in.Outcome == Unclear {
			continue
		}
		switch cond {
		case NeedSurvey:
			return fault.New(fault.Conflict, "desk.survey")
		case NeedSettled:
			return fault.New(fault.Conflict, "desk.unsettled", strings.Join(c.unsettled(), "；"))
		case NeedAnswers:
			return fault.New(fault.Conflict, "desk.supervised")
		case NeedClean:
			return fault.New(fault.Conflict, "desk.lookbacks", p.CleanLookBacks(c.Categories), c.clean())
		default:
			return c.disposalGap(p)
		}
	}
	return nil
}

// allows says whether the actor is one of those who may follow the line.
func (t Transition) allows(a Actor, c *Case) bool {
	if t.Other && c.Extension != nil && c.Extension.By == a.ID {
		return false
	}
	unit := a.unit()
	switch {
	case t.Lead && unit == c.Lead, t.Owes && slices.Contains(c.answering(), unit), t.Duty && a.Role == Duty, t.Co && slices.Contains(c.Co, unit), t.Any:
	case t.Town && c.Place.Town != "" && unit == county.TownUnit(c.Place.Town):
	default:
		return false
	}
	return t.Action != Strike || slices.Contains(c.Parties(), unit) && !c.agreed(unit)
}

// Actions lists what the actor may do with the case now, the expected one first. Lines that are about two cases are not among them.
func (s *Service) Actions(a Actor, c *Case) []Transition {
	if !c.SeenBy(a) {
		return nil
	}
	return c.actions(s.Profile, a)
}

func (c *Case) actions(p *county.Profile, a Actor) []Transition {
	var may []Transition
	for i, t := range Table {
		if c.lineAt(p, t.Action) == i && t.allows(a, c) {
			may = append(may, t)
		}
	}
	return may
}
