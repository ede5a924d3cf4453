package frontend

// sampleRewards are the pages of rewards, full.
func sampleRewards() []any {
	why := []string{"2 份处罚决定，罚款共 50,000 元，15% 是 7,500 元"}
	actions := []PayAction{
		{Key: "approve", Verb: "核定", Main: true},
		{Key: "return", Verb: "退回承办单位", NoteLabel: "哪里不对", NeedsNote: true, Note: Field{"<b>庄上", "请写一句为什么，或者写上文号。"}},
		{Key: "refuse", Verb: "不予奖励", NoteLabel: "为什么不奖（写哪一条，别写人）", NeedsNote: true},
	}
	return []any{
		Claim{Shell: shell("/claim"), Code: Field{"4071 1869 2530 7740", "没找到这个码。请对照抄下的数字再看一遍，特别是 1 和 7、0 和 6。"}, Captcha: &Captcha{ID: "abc"},
			Notices: []ClaimNotice{{"7746", "大武镇", "2027年1月"}, {"0312", "峪口镇", "2027年2月"}}},
		ClaimForm{Shell: staying(), Visit: "visit", Amount: "7,500 元", Until: "2027年1月9日", Summary: []FieldError{{"way", "请选一种领法。"}, {"id_number", "身份证号对不上，请对照证件再看一遍，一共 18 位。"}},
			Ways:     []Option{{ID: "window", Text: "到窗口拿", Long: "县应急管理局窗口，上班时间都行。只报码，不用说是什么事。"}, {ID: "place", Text: "约个地方", Long: "由奖励经办一个人去。", On: true}, {ID: "account", Text: "打到账户", Long: "账户要是本人的，核对好了就转。"}},
			WayError: "请选一种领法。", Named: true, Account: true, Name: Field{Value: `王<script>alert(1)</script>`}, IDNumber: Field{"11010519491231002", "身份证号对不上，请对照证件再看一遍，一共 18 位。"},
			Bank: Field{"x", "请写开户行，比如“方山农商行大武支行”。"}, AccountNumber: Field{"1", "请写账号，只写数字。"}, Meet: Field{"初八", "请写哪天、在哪儿见，最多 200 个字。"},
			Declarations: []string{"我不是有安全生产管理、监管、监察职责的工作人员，也不是他们的近亲属，也没有受他们指使。", "我不是这个地方的经营者，也没有一起干过。"}, Declared: true, DeclaredError: "请看一下上面这几条，属实就打个勾。"},
		Claimed{Shell: staying(), Heading: "登记好了", Text: "钱还没有付。先把下面的领款码抄下来。", Second: &[4]string{"9152", "0037", "6681", "2495"}, Amount: "7,500 元", How: "现在可以带着领奖码和领款码到窗口。"},
		AwardForm{Shell: deskShell(), Case: "2", Number: "方2026-0031", Draft: "奖励办法以县里公布的为准。", Fines: []FineRow{{"2026年11月3日", "30,000 元", "0 元"}, {"2026年11月9日", "20,000 元", "1,200.50 元"}}, Amount: "7,500 元", Why: why, Stale: "处罚改过。",
			State: "已退回", Said: "罚款<b>庄上</b>少算了一笔", CanPropose: true, Decide: "/desk/awards", Levels: []Option{{Text: "没有", On: true}, {ID: "general", Text: "一般事故"}}, LevelError: "请把瞒报的事故是哪一级、查实了几人，两样一起写。",
			Deaths: Field{"x", "请写数字。"}, Joint: true, LaterHint: "每条得 20%。", Later: []Option{{ID: "2", Text: "线索 3", On: true}}, Ties: []Option{{ID: "0", Text: "线索 1"}, {ID: "1", Text: "线索 2", On: true}}, TieError: "几条线索分不出先后，请选一条算先报的。", Note: Field{"三家一起罚的", "这里写得太长。"},
			Error: "这笔奖励刚刚有人办过一步。", Rules: []RuleRow{{"多人联名的，由第一署名人领。", "安监总财〔2018〕19号 第十二条"}}},
		Awards{Shell: deskShell(), Draft: "奖励办法以县里公布的为准。", Done: "核定了。", Error: "没有这笔奖励，或者不归您办。", Waiting: AwardList{Next: "/desk/awards?after=x", Rows: []AwardRow{
			{ID: "a1", Number: "1234-5678", Version: 2, Who: "大武镇 张三", Day: "11月12日", Note: "三家一起罚的<script>alert(1)</script>", Amount: "7,500 元", Facts: []Fact{{"结案日", "2026年11月9日"}, {"罚款", "50,000 元"}}, Why: why, Case: &DeskLink{"/desk/cases/2", "看案件"}, Actions: actions, Error: "前面有一步是您办的。"},
			{ID: "a2", Number: "8765-4321", Who: "县生态环境局 李四", Day: "11月12日", Amount: "待核定", Why: []string{"没有罚款。没有罚款怎么奖，县里还没有定"}, Actions: actions}}},
			Raised: AwardList{Next: "/desk/awards?raised=x#raised", Rows: []AwardRow{{ID: "m1", Number: "5521-0934", Version: 5, Amount: "加 20%", Facts: []Fact{{"为什么加", "奖励经办核过证件，按办法要核增。"}}, Actions: actions}}},
			Approved: AwardList{Next: "/desk/awards?approved=x#approved", Rows: []AwardRow{{ID: "a3", Number: "4410-2287", Day: "11月10日", Amount: "3,000 元", Stale: "核定以后，案件里的处罚改了。", Actions: actions[:1]},
				{ID: "a4", Number: "4410-2288", Day: "11月9日", Amount: "3,000 元", State: "已撤销"}}}},
		Payouts{Shell: deskShell(), Heading: "待核码", Draft: "奖励办法以县里公布的为准。", Check: true, Code: Field{"4071", "领奖码是 16 位数字。"}, Rows: []PayoutRow{{"/desk/payout/a1", "1234-5678", "7,500", "待核码", "到窗口", "11月20日", ""}, {"/desk/payout/a2", "8765-4321", "300,000", "待核码", "转账", "11月21日", "2027年1月9日"}},
			Next: "/desk/payout?after=x", Budget: []Fact{{"科目", "安全生产举报奖励资金"}, {"2026 年", "100,000 元"}, {"剩余", "92,500 元"}}, Unwished: "还有 3 笔核定了，没有人要奖，不列在这里。"},
		Payout{Shell: deskShell(), ID: "a1", Number: "1234-5678", Version: 4, Key: "k", Checked: "c", Good: "码对得上。", State: "待付款", Amount: "7,500 元", Facts: []Fact{{"怎么领", "约个地方"}, {"约在哪儿", "初八上午，镇上集市东口"}},
			Hints: []string{"线索是几个人联名写的。"}, Steps: []EventView{{"11月21日", "李四", "核码", "<b>庄上"}}, Payee: "/desk/payout/a1/payee", Receipt: "/desk/payout/a1/receipt", Error: "这笔奖励刚刚有人办过一步。",
			Actions: []PayAction{{Key: "pay", Verb: "已付款", Main: true, NoteLabel: "凭证号（转账必须写）", CodeLabel: "来人报的领款码", Insider: true, Code: Field{"1", "领款码对不上，钱先不要付。"}}, actions[1]}},
		PayAudit{Shell: deskShell(), Parted: []string{"1234-5678"}, Rules: "2026-11-22", Total: "15,000", Years: []PayYear{{"2026", "100,000", "7,500", "92,500", "0"}}, Sums: []PaySum{{"已付款", "1", "7,500"}, {"可领", "1", "7,500"}},
			Rows: []PayRow{{"1234-5678", "7,500", "罚款的 15%", "已付款", "2026年11月", "2026年11月21日", "王五、李四、赵六"}}},
	}
}
