package frontend

func sampleOverview() Overview {
	n := func(text, href string) Number { return Number{Text: text, Href: href} }
	bar := func(name, text string, wide int) Bar {
		return Bar{Number: Number{Label: name, Text: text, Href: "/desk/ledger?from=2025-12-01"}, Wide: wide, Alt: name + " " + text + " 件"}
	}
	return Overview{Shell: deskShell(), Heading: "方山县办案总览", AsOf: "截至 10:05", Old: true, CSV: "/desk/overview.csv",
		Now: []Number{{Label: "在办", Text: "41", Href: "/desk/ledger?open=1"}, {Label: "超期", Text: "5", Href: "/desk/ledger?late=1", Hot: true},
			{Label: "正常", Text: "30", Href: "/desk/ledger?light=green", Kind: "green"}, {Label: "将到期", Text: "6", Href: "/desk/ledger?light=yellow", Kind: "yellow"},
			{Label: "已超期", Text: "4", Href: "/desk/ledger?light=red", Kind: "red"}, {Label: "该督办", Text: "1", Href: "/desk/ledger?light=black", Kind: "black"}, {Label: "没有期限", Text: "0", Href: "/desk/ledger?light=none", Kind: "none"}},
		Grid: &Grid{Columns: []string{"圪洞镇", "马坊镇", "峪口镇", "大武镇", "北武当镇", "积翠镇", "地方不明", "合计"}, Rows: []GridRow{
			{Name: "可能在偷着生产", Cells: []Number{n("3", "/desk/ledger"), {Text: "0"}, {Text: "0"}, n("12", "/desk/ledger"), {Text: "0"}, {Text: "0"}, n("1", "/desk/ledger"), n("16", "/desk/ledger")}},
			{Name: "剧毒、能做炸药的东西（偷卖、丢失、网上卖）<b>", Cells: []Number{{Text: "0"}, {Text: "0"}, {Text: "0"}, n("1", "/desk/ledger"), {Text: "0"}, {Text: "0"}, {Text: "0"}, n("1", "/desk/ledger")}},
			{Name: "案子（一件可能占几类）", Sum: true, Cells: []Number{n("3", "/desk/ledger"), {Text: "0"}, {Text: "0"}, n("13", "/desk/ledger"), {Text: "0"}, {Text: "0"}, n("1", "/desk/ledger"), n("17", "/desk/ledger")}}}},
		Steps: []StepTimes{{Name: "签收", Rows: []TimeRow{{Name: "全部", Half: "5 小时", Most: "1.9 天", Count: n("310", "/desk/ledger"), HalfWide: 11, Wide: 100, Alt: "全部：一半不超过5 小时"},
			{Name: "特急", Half: "6 分钟", Most: "14 分钟", Count: n("9", "/desk/ledger"), HalfWide: 1, Wide: 2, Alt: "特急"}}}},
		Span: "2025年12月1日以来立案的。", Funnel: []Bar{{Number: Number{Label: "线索", Text: "420", Href: "/desk/ledger"}, Wide: 100, Alt: "线索 420 件", Note: "说同一件事的线索并成一件，点开是 310 件案子"}, bar("立案", "310", 74), bar("属实", "122", 29), bar("销号", "0", 0)},
		Ends:    []Number{{Label: "件办结（不论属不属实）", Text: "260", Href: "/desk/ledger?reached=over"}, {Label: "件是办结以后又干起来的", Text: "4", Href: "/desk/ledger?relapse=1"}},
		Sources: []Bar{bar("网页", "300", 100), bar("热线", "40", 13)},
		Chart:   Chart{Alt: "每月立案和办结的件数", First: "2025年12月", Last: "2026年11月", Top: 40, Lines: []Line{{Name: "立案", Values: []int{10, 12, 30, 22, 18, 40, 31, 20, 25, 26, 30, 8}}, {Name: "办结", Dashed: true, Values: []int{2, 9, 20, 25, 18, 30, 35, 20, 21, 26, 22, 5}}}},
		Months:  []MonthRow{{Name: "2026年11月", Opened: n("8", "/desk/ledger"), Closed: n("5", "/desk/ledger"), Running: "到现在"}, {Name: "2026年10月", Opened: n("30", "/desk/ledger"), Closed: n("22", "/desk/ledger"), Change: "+4"}},
	}
}

func sampleWorkload() Work {
	n := func(text string) Number { return Number{Text: text} }
	return Work{Shell: deskShell(), Heading: "各单位办案", AsOf: "截至 10:05", CSV: "/desk/work.csv?month=2026-11", Running: "到现在", Months: []Option{{ID: "2026-11", Text: "2026年11月", On: true}, {ID: "2026-10", Text: "2026年10月"}},
		Rows: []WorkRow{{Unit: "县应急局", Open: Number{Text: "12", Href: "/desk/ledger?lead=emergency&open=1"}, New: n("8"), Closed: n("5"), OnTime: n("91%（20/22）"), Wide: 91, Alt: "按时办的占 91%", Late: n("2"), Long: n("0"), Backs: n("1")},
			{Unit: "大武镇", Open: n("0"), New: n("1"), Closed: n("0"), OnTime: n("没有到期的"), Late: n("0"), Long: n("0"), Backs: n("0")}}}
}

func sampleDraw() Draw {
	results := []Option{{ID: "fine", Text: "没问题"}, {ID: "problem", Text: "有问题，退回重办", On: true}}
	return Draw{Shell: deskShell(), Heading: "2026年10月办结件抽查", Path: "/desk/draws/2026-10", Rule: "每月办结的抽 10%，最少 3 件。", Facts: []Fact{{"件数", "抽了 3 件，名单 12 件"}, {"谁抽的", "值班 11月2日"}},
		Seed: "00112233445566778899aabbccddeeff", Sum: "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4", Stands: true, Lines: []string{"方2026-0001", "方2026-0002 x2"}, Error: "请写明理由，至少 6 个字。",
		Groups: []CheckGroup{{Unit: "峪口镇", Checks: []CheckRow{
			{Case: "a", Href: "/desk/cases/a", Number: "方2026-0001", Place: "大武镇杨家会村", What: "可能在偷着生产", State: "办结", Double: true, Open: true, Results: results, Typed: Field{Value: "<b>", Error: "请写明理由，至少 6 个字。"}},
			{Case: "b", Href: "/desk/cases/b", Number: "方2026-0002", Place: "大武镇", What: "存着不明的桶", State: "待签收", Result: "有问题，退回重办", Told: "峪口镇 张三 11月5日", Who: "张三、李四<b>", Note: "院里还有两只反应釜", Problem: true, Stuck: true, Results: results},
			{Case: "c", Href: "/desk/cases/c", Number: "方2026-0003", Place: "大武镇", What: "存着不明的桶", State: "办结", Result: "没问题", Told: "值班 11月5日"},
			{Case: "d", Number: "方2026-0004"}}}}}
}

func sampleChecks() Checks {
	results := []Option{{ID: "fine", Text: "没问题"}, {ID: "problem", Text: "有问题，退回重办", On: true}}
	return Checks{Shell: deskShell(), Notice: "记下了，县安委办看得到。", Error: "请写明理由，至少 6 个字。", Typed: "院里<b>", Tasks: []CheckTask{
		{Month: "2026-10", Case: "a", Number: "方2026-0001", Place: "大武镇杨家会村", Site: "西沟旧砖厂<b>", What: "可能在偷着生产", Said: "10月9日定为属实。", Closed: "10月12日", Done: []string{"彻底清理 10月10日", "断电断水 10月9日"},
			Look: []string{"设备、桶、料是不是真清空了，有没有再搬回来", "电还断着没有"}, Results: results, ResultError: "还没选看下来有没有问题。", Note: Field{Value: "<b>", Error: "请写明理由，至少 6 个字。"}, Who: Field{Value: "张三", Error: "去看的人要写两个以上，一行一个名字。"}},
		{Month: "2026-10", Case: "b", Number: "方2026-0002", Place: "大武镇", What: "存着不明的桶", Closed: "10月12日", Look: []string{"自己看一遍"}, Stuck: true}}}
}

// sampleNumbers are the pages of numbers, in the order of pages().
func sampleNumbers() []any {
	return []any{sampleOverview(), sampleWorkload(),
		Draws{Shell: deskShell(), Rule: "每月办结的抽 10%，最少 3 件。", Months: []Option{{ID: "2026-10", Text: "2026年10月", On: true}}, Error: "这个月还不能抽。", Rows: []DrawRow{{"/desk/draws/2026-09", "2026年9月", "抽了 3 件，名单 12 件", "1", "0"}}},
		sampleDraw(), sampleChecks(),
		Handover{Shell: deskShell(), Staff: []Option{{ID: "s1", Text: "张三 · 大武镇", On: true}}, Name: "张三", Facts: []Fact{{"单位", "大武镇"}}, Rows: sampleRows(), Next: "/desk/handover?staff=s1&after=x", Printed: "高秀英 11月29日列出"}}
}
