package sheet

// Receipt is what may stand in the receipt of a reward: nothing of who was paid, nor of what for.
type Receipt struct {
	Office  string // who pays
	Number  string // of the award
	Amount  string
	Paid    string // 2026年11月29日
	Way     string
	Line    string // of the budget
	Voucher string
	Cashier string
	Proof   string // how it was proved that the money went to the right person
}

// PrintReceipt makes the receipt as PDF. Nobody signs it with a name.
func PrintReceipt(r Receipt) ([]byte, error) {
	p, err := newPaper("奖励收据 "+r.Number, "奖励收据（续）　编号："+r.Number)
	if err != nil {
		return nil, err
	}
	p.head(r.Office, "奖励收据", r.Number)
	p.row(cell{label: "金额", text: r.Amount}, cell{label: "付款日期", text: r.Paid})
	p.row(cell{label: "领取方式", text: r.Way}, cell{label: "预算", text: r.Line})
	p.row(cell{label: "凭证", text: r.Voucher}, cell{label: "付款人", text: r.Cashier})
	p.row(cell{label: "核对", text: r.Proof})
	p.row(cell{label: "说明", text: "本收据不写领取人姓名。领取人的身份单独加密保管，只有付款的人打得开。\n举报奖金暂免个人所得税（财税字〔1994〕20号）。"})
	p.signed(r.Office, r.Paid)
	return p.bytes()
}
