package frontend

// sampleOpen are the pages for everybody, in the order of pages().
func sampleOpen() []any {
	towns := []Option{{Text: "全县"}, {ID: "141128103", Text: "大武镇", On: true}}
	kinds := []Option{{Text: "各类都看", On: true}, {ID: "c1", Text: "没有手续的小化工作坊、黑窝点"}}
	bar := func(name, text string, wide int, hidden bool) PublicBar {
		return PublicBar{Name: name, Text: text, Alt: name + "：" + text, Wide: wide, Hidden: hidden, Href: "/numbers?month=2026-10"}
	}
	open := func(here string) Shell {
		s := shell(here)
		s.Open = true
		return s
	}
	months := []PublicBar{bar("2026年9月", "7", 70, false), bar("2026年10月", "不到 5", 40, true)}
	months[1].Current = true
	return []any{
		Findings{Shell: open("/outcomes"), Towns: towns, Categories: kinds, Months: []Option{{Text: "不限", On: true}, {ID: "2026-10", Text: "2026年10月"}}, Narrowed: true, Next: "/outcomes?after=x&town=141128103",
			Rows:  []FindingRow{{Href: "/outcomes/k7m3q9", Title: "大武镇一处废弃养殖场里的黑作坊 <赵庄>", Day: "11月20日", Place: "大武镇", Tags: []string{"藏在废厂、仓库、养殖场、果园、旧院子里"}, Photos: 2}, {Href: "/outcomes/a", Day: "11月1日", Withdrawn: true}},
			Feeds: []DeskLink{{"/outcomes.atom", "Atom"}}},
		Finding{Shell: open("/outcomes/k7m3q9"), Heading: "大武镇一处废弃养殖场里的黑作坊", Day: "11月20日", Place: "大武镇", When: "2026年10月", Tags: []string{"没有手续的小化工作坊、黑窝点"}, Paragraphs: []string{"根据群众举报查到这里。", "<script>alert(1)</script>"},
			Disposals: []string{"拆除设备", "清理原料"}, Fine: "3 万元", Photos: []FindingPhoto{{"/outcomes/k7m3q9/p1", "照片 1"}}},
		PublicNumbers{Shell: open("/numbers"), Towns: towns, Categories: kinds, Narrowed: true, Months: months, Month: "2026年10月", ByTown: []PublicBar{bar("大武镇", "略", 0, true)}, ByCategory: []PublicBar{bar("没有手续的小化工作坊、黑窝点", "6", 60, false)},
			Columns: []string{"大武镇", "合计"}, Rows: []PublicRow{{Name: "没有手续的小化工作坊、黑窝点", Cells: []PublicCell{{"略", true}, {"6", false}}}, {Name: "合计", Cells: []PublicCell{{"略", true}, {"6", false}}, Sum: true}}, Next: "12月8日", JSON: "/numbers.json"},
		HowTo{Shell: open("/how"), Note: []string{"看到什么"}, After: []string{"锁好"}, Notice: "别进院子。", Safety: "往上风头走。", Calls: []Call{{"119", "火警、化学品泄漏"}}, Hotline: "12345", Reward: "以县里公布的为准。", Done: "停工，拆掉。"},
		WhatIs{Shell: open("/what"), Is: "偷着生产化工东西的作坊。", Done: "停工。", Danger: []string{"会爆炸。"}, Not: []string{"加油站。"}, Kinds: []Kind{{"没有手续的", "没挂执照", "无证无照"}}, Places: []string{"旧厂", "养殖场"},
			Senses: []Sense{{"smell", "闻到的", []Pictured{{"s_smell_sharp", "smell", "刺鼻呛人", "常闻到刺鼻的味道"}, {"s_of_another_county", "smell", "别的", "没有画"}}}}},
		Impact{Shell: open("/impact"), Period: "2025年11月到2026年10月", Share: "42", Sentence: "每 100 条里有 42 条。", Funnel: []PublicBar{bar("收到线索", "60 条以上", 100, false), bar("领到奖的", "不到 5 条", 0, true)}, Answer: "6 天", Content: "95 位以上", Reward: "以县里公布的为准。", Next: "12月8日"},
		Handouts{Shell: deskShell(), Towns: towns, Sizes: []Option{{ID: "a4", Text: "A4"}}, Address: "tips.example", Broadcast: []string{"乡亲们。"}, Seconds: 60, Articles: []DeskLink{{"/desk/handouts/outcomes/k7m3q9", "大武镇一处作坊"}}, Unsafe: "网址还是本机的，先别印。"},
		Article{Shell: deskShell(), Heading: "大武镇一处作坊", Source: "<section><b>庄上</b></section>", Frame: "/desk/handouts/outcomes/k7m3q9/page", File: "/desk/handouts/outcomes/k7m3q9/page?as=file"},
	}
}
