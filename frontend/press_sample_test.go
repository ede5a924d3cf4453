package frontend

func samplePress() Press {
	return Press{Shell: deskShell(), Heading: "起草", Empty: "没有等人批的。", States: []Option{{ID: "draft", Text: "起草", On: true}, {ID: "review", Text: "等人批"}}, Next: "/desk/press?after=x",
		Rows: []PressRow{{Href: "/desk/press/k7m3q9", Title: "大武镇：查处一处“小化工”窝点<script>alert(1)</script>", Place: "大武镇", What: "没有手续的小化工作坊", When: "11月3日改过", Red: 2, Yellow: 1}}}
}

func samplePressItem() PressItem {
	return PressItem{Shell: deskShell(), ID: "k7m3q9", Path: "/desk/press/k7m3q9", Version: 3, State: "公布编号 k7m3q9", Heading: "大武镇 · 起草", Error: "还有标红的地方。", Done: "存下了。", Typed: "写了<b>", Gone: "写错了", Due: "排在11月25日公布",
		Facts: []Fact{{"地方（最细能写到这里）", "大武镇"}}, Edit: &PressEdit{Field{`查处"><script>`, "这里还空着。"}, Field{"9月15日接到举报", "太长了。"}},
		Head: []PressPart{{Text: "大武镇查处一处窝点"}}, Text: []PressPart{{"9月15日接到举报", 1, true}, {Text: "，查处<b>。"}, {"张某", 2, false}},
		Found: []PressFinding{{Number: 1, Kind: "什么时候举报的", Marked: "9月15日接到举报", Says: "删掉。", Red: true}, {Number: 2, Kind: "人名", Marked: "张某", Says: "写“当事人”。", Name: "reason-2", Reason: Field{"<b>", "太短"}, Kept: "公示里也这样写"}},
		Diff:  []PressDiff{{"大武镇", true, false}, {"，罚款", false, true}, {"，处理", false, false}},
		Photos: []PressPhoto{{ID: "p1", Path: "/desk/press/k7m3q9", Alt: "第 1 张照片", Source: "/desk/press/k7m3q9/scene/s1/1600", Shown: "/desk/press/k7m3q9/shown/p1", Width: 1600, Height: 1200, Boxes: []PressBox{{1, 10, 20, 100, 60}}, Corner: &PressCorner{5, 6}, Edits: true},
			{ID: "p2", Path: "/desk/press/k7m3q9", Alt: "第 2 张照片", Shown: "/desk/press/k7m3q9/shown/p2", Seen: true}},
		Scenes: []PressScene{{"s2", "/desk/press/k7m3q9/scene/s2/320", "现场照片 2"}}, Send: true, Approve: &PressApprove{Why: "这篇您写过。"}, Return: &Field{"<b>", "写明理由"}, Recall: &Field{"<b>", "写明理由"},
		Log: []PressEvent{{"11月3日", "李", "改过", "<b>"}}}
}
