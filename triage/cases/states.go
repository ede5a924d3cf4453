package cases

// State of a case. The names stand in stored documents.
type State string

// The states, in the order in which a case goes through them.
const (
	Unsigned  State = "unsigned"  // 待签收
	Signed    State = "signed"    // 已签收
	Looked    State = "looked"    // 初步核实过
	True      State = "true"      // 属实
	False     State = "false"     // 不属实
	Unclear   State = "unclear"   // 无法核实
	Disposing State = "disposing" // 处置中
	Disposed  State = "disposed"  // 已处置
	Closed    State = "closed"    // 办结, and nothing is left to watch; or the matter began again and goes on in another case
	Watched   State = "watched"   // 办结，回头看: the place is looked at again on fixed days
	Struck    State = "struck"    // 销号: off the ledger; look-backs that are left go on
	Merged    State = "merged"    // 已并入另一案: a person found that it is another case's matter; it holds no tip
)

// States lists them in that order.
func States() []State {
	return []State{Unsigned, Signed, Looked, True, False, Unclear, Disposing, Disposed, Closed, Watched, Struck, Merged}
}

// Name is the state in Chinese.
func (s State) Name() string { return stateNames[s] }

var stateNames = map[State]string{
	Unsigned: "待签收", Signed: "已签收", Looked: "去看过了", True: "属实", False: "不属实", Unclear: "无法核实", Disposing: "处置中", Disposed: "已处置",
	Closed: "办结", Watched: "回头看", Struck: "销号", Merged: "已并入另一案",
}

// Over says that the matter is closed: a later tip about the same place begins it again.
func (s State) Over() bool { return s == Closed || s == Watched || s == Struck }

// Outcomes are what a conclusion may say.
var Outcomes = []State{True, False, Unclear}

// Cond is a condition of the transition table.
type Cond string

// The conditions. Those in a line's When decide whether the line is there at all; those in Needs are told to who tries.
const (
	CondReferral   Cond = "referral"   // not ours: answered with a referral
	CondGuessed    Cond = "guessed"    // the emergency was read from the words by the machine
	CondReturnable Cond = "returnable" // there is somebody to hand it to, the priority allows it, and the duty desk has not ruled
	CondTransfer   Cond = "transfer"   // it was concluded already and came to a new lead: signing brings it back to where it was
	CondPausable   Cond = "pausable"   // it is not paused, and its priority may be
	CondPaused     Cond = "paused"
	CondExtendable Cond = "extendable" // a clock of checking or disposing runs, its priority may be extended, and it was not yet
	CondAsked      Cond = "asked"      // an extension was asked for
	CondGrantable  Cond = "grantable"  // and its priority still allows it
	CondSupervised Cond = "supervised" // a supervision order has no answer
	CondUnsealed   Cond = "unsealed"   // more units may see it
	CondHelped     Cond = "helped"     // the unit is one of the helpers
	CondRecorded   Cond = "recorded"   // something was recorded
	CondVisited    Cond = "visited"    // a look-back is asked for
	CondLegal      Cond = "legal"      // the limit of the law runs, and was not prolonged yet
	CondTipped     Cond = "tipped"     // somebody tipped who did not withdraw
	CondPleaded    Cond = "pleaded"    // an objection waits for a decision
	CondNoDesk     Cond = "no_desk"    // the duty desk may not see it, and the lead stands in for it

	NeedInTime   Cond = "in_time"  // the clock that the extension is about is not over
	NeedEarly    Cond = "early"    // the time for handing back is not over
	NeedSurvey   Cond = "survey"   // two officers looked at the place; not for who could not find out
	NeedSettled  Cond = "settled"  // no seizure goes on, and every penalty is decided
	NeedAnswers  Cond = "answers"  // every supervision order is answered
	NeedDisposal Cond = "disposal" // a disposal is recorded, with the day on which it was stopped, and none is left half done
	NeedClean    Cond = "clean"    // as many look-backs found nothing as the profile says
)

// Name is the condition in Chinese.
func (c Cond) Name() string { return condNames[c] }

var condNames = map[Cond]string{
	CondReferral: "不归这里管的", CondGuessed: "特急是机器从话里看出来的", CondReturnable: "这一级能退，退回没有满次数，不是密办件", CondTransfer: "下了结论以后换主办的",
	CondPausable: "这一级能暂停，现在没有暂停", CondPaused: "暂停着", CondExtendable: "核查或处置的时限还在走，没有延过，这一级能延", CondAsked: "有人申请了延期",
	CondGrantable: "有人申请了延期，这一级能延", CondSupervised: "有督办单没答复", CondUnsealed: "不是密办件", CondHelped: "是协办单位", CondRecorded: "登记过", CondVisited: "到了回头看的日子", CondTipped: "有来人，没有都撤回", CondPleaded: "有异议没定", CondNoDesk: "县安委办看不到的密办件",
	CondLegal: "法定的期限还在走，没有延过", NeedInTime: "要延的时限还没到", NeedEarly: "退回的时限还没到", NeedSurvey: "登记了两人以上的现场核查（无法核实的不用）", NeedSettled: "查封扣押都解除了，立案的都有处罚决定",
	NeedAnswers: "督办单都答复了", NeedDisposal: "登记了处置和停产日期，没有办到一半的", NeedClean: "回头看正常的次数够了",
}
