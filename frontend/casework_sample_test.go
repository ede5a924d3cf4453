package frontend

func sampleWork() Casework {
	facts := []Fact{{"停产日期", "11月19日"}, {"办理人员", "高秀英、李建国"}, {"整改期限", "12月19日<script>alert(1)</script>"}}
	lists := []RecordList{{"设备去向", [][]Fact{{{"设备", "反应釜"}, {"台数", "2"}, {"去向地", "离石区废钢厂"}}, {{"设备", "离心机"}}}}}
	return Casework{
		Now: []Banner{{Kind: "order", Text: "有督办单没答复，答复了才能办结。"}, {Kind: "asked", Text: "峪口镇 高秀英 11月21日申请延期（核查），等着定。", Note: "等检测\n结果"}, {Kind: "hold", Text: "暂停着，从11月20日起：等鉴定、检测。"},
			{Kind: "mention", Text: "县应急局 王五：", Note: "看一下桶上的字", Heed: true}}, Lock: Lock{Case: "c1", Text: "县公安局 赵六 14:05 起在写。", Take: true},
		Scene:     ScenePhotos{Case: "2", CanAdd: true, MaxMB: 20, Photos: []ScenePhoto{{"/desk/scene/2/a/320", "/desk/scene/2/a/1600", "现场照片 1", "11月21日", "峪口镇 高秀英"}}, Refused: []string{"第 2 张：这张不是照片。"}, Taken: 1},
		Again:     &FailedClosing{Number: "FS26-0007", Href: "/desk/cases/7", Facts: []Fact{{"上次的结论", "不属实"}, {"没有销毁的设备", "2 台搬走或者封存了，没有销毁"}}},
		Records:   []RecordView{{ID: "r2", Case: "2", Version: 7, Name: "彻底清理", Who: "峪口镇 高秀英", Day: "11月21日", Facts: facts, Lists: lists, Correct: "/desk/cases/2/record/clearance?item=r2", CanVoid: true, Note: Field{"错", "请写明理由，至少 6 个字。"}, Before: []RecordVersion{{"峪口镇 高秀英", "11月20日", facts, lists}}}, {ID: "r1", Case: "2", Name: "现场核查", Void: true, Who: "高秀英", Day: "11月19日", Facts: facts}},
		LookBacks: []LookBackView{{"第 1 次", "11月27日看过，正常", "clean", ""}, {"第 2 次", "该去看了，12月19日以前", "waits", "/desk/cases/2/record/visit"}, {"第 3 次", "2月17日以前，到时候会提醒", "later", ""}},
		Orders:    []OrderView{{"11月22日", "县安委办 李四", "三天内办到位", "", ""}, {"11月20日", "系统", "期限超得太久，系统开的督办单。", "11月21日", "已经去了"}},
		Opinions:  []OpinionView{{"县公安局", "同意", "11月21日", "已派人"}, {Unit: "县生态环境局"}},
		Agreed:    []AgreedView{{"峪口镇", "11月22日"}, {"县安委办", ""}},
		From:      &DeskLink{"/desk/cases/9", "FS26-0009"}, Opened: []DeskLink{{"/desk/cases/8", "又干起来了，另立的 FS26-0048"}},
	}
}

func sampleRecord() Record {
	item := func(n string) []FormField {
		return []FormField{{Key: "clearance.equipment." + n + ".what", Label: "设备", Type: "text", Need: true, Value: `釜"><script>alert(1)</script>`, Error: "请填“设备”。"},
			{Key: "clearance.equipment." + n + ".how", Label: "怎么处理的", Type: "choice", Need: true, Options: []Option{{ID: "destroyed", Text: "就地销毁", On: true}, {ID: "moved", Text: "搬走"}}},
			{Key: "clearance.equipment." + n + ".town", Label: "去了本县哪个镇", Type: "select", Options: []Option{{ID: "t1", Text: "圪洞镇"}}}}
	}
	return Record{Shell: deskShell(), Case: "2", Number: "FS26-0044", Action: "/desk/cases/2/record/clearance", Back: "/desk/cases/2", Version: 7, Seen: 3, Item: "r2", Heading: "更正：彻底清理", Verb: "更正",
		Hint: "设备、原料、产品去了哪儿都要写清。", Lock: Lock{Case: "c1", Text: "县公安局 赵六 14:05 起在写。", Take: true, Record: "clearance", Item: `r1"><script>alert(1)</script>`}, Error: "这个案件刚刚被别人办过一步，您写的还在。", Changed: []EventView{{"11月22日", "县安委办 李四", "催办", "快一点"}},
		Summary: []FieldError{{"f-clearance-cleared", "“清完的日期”还没到，请核对日期。"}}, Why: &Field{"写错", "请写明理由，至少 6 个字。"}, WhyLabel: "为什么更正",
		Fields: []FormField{{Key: "on", Label: "办理日期", Type: "day", Need: true, Value: "2026-11-29"}, {Key: "officers", Label: "办理人员", Type: "persons", Value: "高秀英\n李建国", Hint: "一行一个名字。"},
			{Key: "clearance.cleared", Label: "清完的日期", Type: "day", Error: "“清完的日期”还没到，请核对日期。"}, {Key: "visit.number", Type: "fixed", Value: "2"},
			{Key: "cutoff.cut", Label: "断开的时间", Type: "moment", Need: true, Value: "2026-11-29T08:30"}, {Key: "penalty.fine", Label: "罚款", Type: "yuan", Value: "20000.5"}, {Key: "survey.people", Label: "在场人数", Type: "number"},
			{Key: "clearance.noequipment", Label: "没有设备的，写明为什么", Type: "long", Value: "搬空了"}, {Key: "clearance.premises", Label: "厂房清理", Type: "choice", Options: []Option{{Text: "没有、还没定", On: true}, {ID: "yes", Text: "清完了"}}, Error: "请选“厂房清理”。"},
			{Key: "clearance.equipment", Label: "设备去向", Type: "list", Error: "设备去哪儿了一定要写。", Hint: "一台一项", Items: []FormItem{{"第 1 项", item("0")}}, Blank: &FormItem{"又一项", item("_n_")}, AddLabel: "再加一行（设备去向）"}}}
}

func pickable() []CaseRow {
	rows := sampleRows()
	for i := range rows {
		rows[i].Pick, rows[i].New = "1 7", i%2 == 0
	}
	return rows
}

func sampleNarrow() *Narrow {
	return &Narrow{Queue: "mine", Words: `店坪"><script>alert(1)</script>`, On: true, All: "/desk?q=mine", Towns: []Option{{ID: "t1", Text: "圪洞镇", On: true}}, Categories: []Option{{ID: "c1", Text: "存着不明的桶"}},
		Lights: []Option{{ID: "red", Text: "已超期"}}, States: []Option{{ID: "signed", Text: "已签收"}}}
}

func sampleBulk() *Bulk {
	return &Bulk{Units: []Option{{ID: "police", Text: "县公安局", On: true}}, UnitError: "请选一个单位。", NoteLabel: "说明", Note: Field{"短", "请写明理由。"}}
}
