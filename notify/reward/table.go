package reward

// State of an award. The names stand in stored documents.
type State string

// The states, in the order in which an award goes through them.
const (
	Proposed State = "proposed" // 待核定
	Returned State = "returned" // 退回承办单位
	Refused  State = "refused"  // 不予奖励
	Approved State = "approved" // 可领
	Expired  State = "expired"  // 过期没有领
	Claimed  State = "claimed"  // 有人来领，待核码
	Verified State = "verified" // 核过码，待付款
	Raised   State = "raised"   // 核过码，上浮等另一个人核定
	Revoked  State = "revoked"  // 核定以后撤销
	Paid     State = "paid"     // 已付款，待备案
	Filed    State = "filed"    // 已报上一级备案
)

// States lists them in that order.
func States() []State {
	return []State{Proposed, Returned, Refused, Revoked, Approved, Expired, Claimed, Raised, Verified, Paid, Filed}
}

// Action moves an award on. The names stand in stored documents.
type Action string

// The actions.
const (
	Propose Action = "propose" // 提请: with the basis
	Approve Action = "approve" // 核定: the amount is computed anew, by the rules of that day
	Return  Action = "return"  // 退回: the basis is not right
	Refuse  Action = "refuse"  // 不予奖励
	Claim   Action = "claim"   // 来领: with the way, and who is paid
	Release Action = "release" // 退回重领: who is paid is forgotten, the code claims again
	Verify  Action = "verify"  // 核码
	Raise   Action = "raise"   // 核码, and the person was proved to work there: the higher amount waits for the approver
	Agree   Action = "agree"   // 同意上浮
	Deny    Action = "deny"    // 不上浮
	Revoke  Action = "revoke"  // 撤销: the penalty was overturned or the case taken up again
	Pay     Action = "pay"     // 付款
	File    Action = "file"    // 备案
	Extend  Action = "extend"  // 延期
	Expire  Action = "expire"  // 到期
)

// Party is for whom somebody acts.
type Party string

// The parties.
const (
	Unit     Party = "unit"     // who leads the case
	Approver Party = "approver" // the county's unit that decides
	Holder   Party = "holder"   // of the claim code
	Officer  Party = "officer"  // reward officer: checks codes, sees no case and no payee
	Finance  Party = "finance"  // pays, and sees who is paid
	Worker   Party = "worker"
)

// Actor is who acts.
type Actor struct {
	ID, Name string
	Party    Party
	Unit     string // unit id of a Unit or an Approver
}

// Transition is a line of the table.
type Transition struct {
	Action Action
	From   []State // none is an award that does not exist yet
	To     State
	By     Party
	Not    []Action // nobody who did one of these to the award may do it: four eyes
	Note   bool     // a reason or a number is asked for
	Draft  bool     // also while the county has not enacted its rules
}

// Table is the one table that actions, buttons and tests are made from.
var Table = []Transition{
	{Action: Propose, To: Proposed, By: Unit, Draft: true},
	{Action: Propose, From: []State{Returned, Revoked}, To: Proposed, By: Unit, Draft: true},
	{Action: Approve, From: []State{Proposed}, To: Approved, By: Approver, Not: []Action{Propose}},
	{Action: Return, From: []State{Proposed}, To: Returned, By: Approver, Not: []Action{Propose}, Note: true, Draft: true},
	{Action: Refuse, From: []State{Proposed}, To: Refused, By: Approver, Not: []Action{Propose}, Note: true, Draft: true},
	{Action: Claim, From: []State{Approved}, To: Claimed, By: Holder},
	{Action: Verify, From: []State{Claimed}, To: Verified, By: Officer, Not: []Action{Propose, Approve}},
	{Action: Raise, From: []State{Claimed}, To: Raised, By: Officer, Not: []Action{Propose, Approve}},
	{Action: Agree, From: []State{Raised}, To: Verified, By: Approver, Not: []Action{Propose, Raise}},
	{Action: Deny, From: []State{Raised}, To: Verified, By: Approver, Not: []Action{Propose, Raise}, Note: true},
	{Action: Revoke, From: []State{Approved, Expired, Claimed, Raised, Verified}, To: Revoked, By: Approver, Not: []Action{Propose}, Note: true, Draft: true},
	{Action: Pay, From: []State{Verified}, To: Paid, By: Finance, Not: []Action{Propose, Approve, Verify, Raise, Agree, Deny}},
	{Action: File, From: []State{Paid}, To: Filed, By: Officer, Note: true},
	{Action: Release, From: []State{Claimed, Raised, Verified}, To: Approved, By: Officer, Note: true},
	{Action: Extend, From: []State{Approved, Expired}, To: Approved, By: Officer, Note: true},
	{Action: Expire, From: []State{Approved}, To: Expired, By: Worker},
}
