package frontend

// Full pages, as a busy day fills them: long words, every optional part, errors beside the fields.

func shell(here string) Shell {
	return Shell{Title: "试一页", County: "方山县", Asks: "方山县安全生产委员会办公室", Here: here, Demo: true}
}

// staying is the frame of the answer to a POST.
func staying() Shell {
	s := shell("")
	s.Stays = true
	return s
}

func deskShell() Shell {
	return Shell{County: "方山县", Demo: true, Desk: &Desk{ID: "s1", Name: "高秀英", Unit: "圪洞镇", Role: "镇里办案", Admin: true, Alarm: &Alarm{Count: 2, Text: "特急 2 件，还没人签收", Href: "/desk?q=urgent"}, Queues: []QueueLink{
		{Href: "/desk", Label: "待签收", Count: 3, Current: true}, {Href: "/desk?q=open", Label: "正在办", Count: 12},
		{Href: "/desk?q=late", Label: "快到期、已超期", Count: 2}, {Href: "/desk?q=done", Label: "办结", Count: 140},
	}}}
}

func sampleSigns() []SignGroup {
	return []SignGroup{
		{Name: "气味和声音", Options: []Option{
			{ID: "smell", Text: "刺鼻、呛人、臭鸡蛋味", Icon: "smell", On: true}, {ID: "night", Text: "白天没动静，夜里开工", Icon: "night"},
			{ID: "noise", Text: "机器响，墙或管子发烫", Icon: "noise"}, {ID: "window", Text: "窗户封死，大门常锁", Icon: "window", On: true}}},
		{Name: "院里院外", Options: []Option{
			{ID: "camera", Text: "破院子装好几个摄像头", Icon: "camera"}, {ID: "chimney", Text: "新立烟囱、罐、管子", Icon: "chimney"},
			{ID: "drum", Text: "院里院外堆着很多铁桶、塑料桶、吨桶，标签被撕掉或看不懂", Icon: "drum"}, {ID: "kettle", Text: "搬进反应釜、离心机", Icon: "kettle"},
			{ID: "none", Text: "不清楚", Icon: "question"}}},
	}
}

func sampleReport() Report {
	return Report{
		Shell: shell("/report"), Token: "tok", Emergency: "injury", Calls: []Call{{"120", "有人受伤、中毒"}},
		Notice:     "别进院子，别上前问，站远处看就行。",
		Summary:    []FieldError{{"signs", "还没写看到了什么。勾一样，或者用自己的话写一句。"}, {"where", "还没写在什么地方。选镇和村，或者写一句怎么走。"}},
		SignGroups: sampleSigns(), SignsError: "还没写看到了什么。勾一样，或者用自己的话写一句。",
		Sites: Choices{Error: "这一项没选对，请重新选一下。", Options: []Option{{ID: "farm", Text: "养殖场", Icon: "barn"}, {ID: "house", Text: "闲着的民房、窑洞", Icon: "house", On: true}, {ID: "factory", Text: "停产的厂子", Icon: "factory"}}},
		Towns: []TownOption{{Code: "t1", Name: "圪洞镇", On: true, Villages: []VillageOption{{Code: "v1", Name: "东街村", Search: "djc", On: true}, {Code: "v2", Name: "<b>庄上</b>"}}},
			{Code: "t2", Name: "峪口镇", Villages: []VillageOption{{Code: "v3", Name: "张家塔村", Search: "zjtc"}}}},
		Village: "v1", Where: Field{Value: `村东"><script>alert(1)</script>`, Error: "还没写在什么地方。选镇和村，或者写一句怎么走。"},
		Position: &Position{"111.234", "37.891", "30"},
		Now:      Choices{Options: []Option{{ID: "y", Text: "还在干", On: true}, {ID: "n", Text: "停了"}, {ID: "u", Text: "不清楚"}}},
		Times:    Choices{Options: []Option{{ID: "night", Text: "半夜", On: true}, {ID: "dawn", Text: "清早"}, {ID: "u", Text: "不清楚"}}},
		Before:   Choices{Options: []Option{{ID: "y", Text: "查过又干"}, {ID: "n", Text: "没人查过"}, {ID: "u", Text: "不清楚"}}},
		Words:    Field{Value: "夜里十二点来一辆罐车", Error: "有几个字没传清楚，已经换成“□”。请改好再发送。"}, PhotoPlace: true,
		Contact: Field{Value: "x", Error: "这里写得太长，最多 200 个字。请删短一些，要紧的先写。"}, HasContact: true, HasReward: true, Reward: true, RewardText: "奖多少以县里公布的为准。",
		Staged:    []StagedFile{{Token: "s1", Label: "照片 1"}, {Label: "照片 2", Error: "这张照片打不开，可能没拍完整。请重新选一张，别的照片不受影响。"}, {Token: "s3", Kind: "voice", Label: "录音"}, {Token: "s4", Kind: "video", Label: "录像"}},
		MaxPhotos: 9, MaxPhotoMB: 20, MaxVoiceMB: 10, MaxVideoMB: 100, MaxVoiceMinutes: 5, MaxVideoMinutes: 2, MaxWords: 5000, Captcha: &Captcha{ID: "abc", Error: "数字没认对，已经换了一张新的。"},
	}
}

func sampleReceipt() Receipt {
	return Receipt{Shell: staying(), Token: "tok", Code: [4]string{"4071", "1869", "2530", "7746"}, Claim: &[4]string{"9152", "0037", "6681", "2495"},
		Arrived: "收到 2 张照片、1 段录音。", Hotline: "12345"}
}

func sampleCompose() *Compose {
	return &Compose{ID: "2", Action: "reply", Version: 7, Key: "k", Says: []Option{{ID: "word", Text: "说一声"}, {ID: "end", Text: "正式答复", On: true}, {ID: "ask", Text: "问来人"}},
		To: []Option{{Text: "都发"}, {ID: "t1", Text: "只发线索 1"}}, ToError: "请选一条线索。", CanAsk: true, Wants: true, CanPause: true, Days: 7, Label: "写给来人", Hint: "别提谁说过什么。", Verb: "发给来人",
		Reply: Field{"村东头那家已经停了，我们高度重视", "请写明白一些。"}, Findings: []FindingView{{"村东头那家", "这个地方说得比村还细。", true}, {"高度重视", "像官话。", false}}, Warned: "w"}
}

func sampleWithdraw() Withdraw {
	return Withdraw{Shell: staying(), Visit: "v", Token: "t", Reward: &RewardNote{"可以领奖了，到2027年1月9日为止都能领。", "/claim"}, Stops: "以后不答复。", GoesOn: "该查的还会查。", Kept: "不删。"}
}

func sampleStatus() Status {
	return Status{Shell: staying(), Visit: "visit", Token: "tok", Reward: &RewardNote{"可以领奖了，到2027年1月9日为止都能领。", "/claim"}, Said: true, Unsent: true, Photos: 2, Next: "圪洞镇 11月26日以前派人去看，看完这里会写结果。",
		Steps:  []Step{{"11月23日", "圪洞镇已经接手。", true}, {"11月22日", "照片看过了，地方找到了，交给圪洞镇。", true}, {"11月22日", "收到了。", true}},
		Thread: []Message{{From: "圪洞镇", FromUs: true, Day: "11月23日", Text: "罐车一般从哪头来？\n车是什么颜色？", New: true}, {From: "您", Day: "11月23日", Text: "从沟里来，白色的。", Photos: 1, Note: "没等到您的回音，没关系。"}},
		Words:  Field{Value: "又来了", Error: "您写的话里有查询码。这个码谁拿到谁就能看，请先删掉再发送。"}, Staged: []StagedFile{{Token: "s", Label: "照片 1"}}, MaxPhotos: 9, MaxPhotoMB: 20,
		Withdrawn: "您已经撤回。", Asked: &Asked{"q", "圪洞镇", "车从哪头来？", "方便的话，11月30日以前回一句。", true}, Done: "记下了。", Waiting: true, Withdraw: "w",
		Rate:   &Rate{"r", Choices{Options: []Option{{ID: "pleased", Text: "满意", On: true}, {ID: "unhappy", Text: "不满意"}}, Error: "请选一个。"}, Field{"还行", "请写明白。"}, "12月3日"},
		Object: &Object{"o", "12月3日", Field{"还在干", "请写明白。"}, true}}
}

func sampleRows() []CaseRow {
	return []CaseRow{
		{Href: "/desk/cases/1", Light: Light{"red", "已超期"}, Number: "FS26-0041", Place: "圪洞镇 东街村", What: "可能在偷着生产", Signs: []string{"刺鼻", "夜里开工", "铁桶"}, Lead: "圪洞镇", State: "待签收", Clock: "超了 1 个工作日", Last: "11月19日 分过来", Urgent: true},
		{Href: "/desk/cases/2", Light: Light{"yellow", "将到期"}, Number: "FS26-0044", Place: "峪口镇 张家塔村 养殖场后面沟里第二个院子", What: "存着不明的桶", Signs: []string{"吨桶"}, Lead: "县生态环境局", State: "已签收", Clock: "还剩 1 个工作日", Last: "11月20日 签收", On: true},
		{Href: "/desk/cases/3", Light: Light{"green", "正常"}, Number: "FS26-0047", Place: "大武镇", What: "往沟里倒废水", Lead: "大武镇", State: "去看过了", Clock: "还剩 6 个工作日", Last: "11月22日 去看过了"},
		{Href: "/desk/cases/4", Light: Light{"black", "已督办"}, Number: "FS26-0031", Place: "马坊镇 & <赵庄>", What: "罐车夜里来", Signs: []string{"罐车"}, Lead: "马坊镇", State: "已签收", Clock: "还剩 2 个工作日", Last: "11月22日 县安委办督办"},
		{Href: "/desk/cases/5", Light: Light{"none", "没有期限"}, Number: "FS26-0020", Place: "北武当镇", What: "不确定", Lead: "县安委办", State: "不属实", Clock: "", Last: "11月12日 结论"},
	}
}

func sampleCase() Case {
	return Case{Shell: deskShell(), ID: "2", Version: 7, Award: "/desk/cases/2/award", Sheets: []DeskLink{{Href: "/desk/cases/2/sheet/assign", Text: "交办单"}, {Href: "/desk/cases/2/sheet/inspect", Text: "现场核查单"}}, Number: "FS26-0044", State: "已签收", Light: Light{"yellow", "将到期"}, Priority: "当日核查", Emergency: true,
		Place:    Guess{"峪口镇 张家塔村", "很可能", []string{"来人选了张家塔村", "说的“沟里第二个院子”和地名库里的庙沟对得上"}},
		Category: Guess{"偷着存危险化学品", "可能", []string{"吨桶 + 撕掉标签"}},
		Lead:     "峪口镇", Co: []string{"县应急局", "县生态环境局"}, Oversight: "县安委办",
		Why: []string{"没有厂牌的院子里存着不明的桶，所在的镇牵头", "和 FS26-0032 像：同村，照片 2 张相同，相隔 3 天"},
		Tips: []TipView{{Label: "线索 1", Day: "11月18日", Place: "张家塔村，进沟第二个院子", Signs: []string{"吨桶", "标签撕掉", "夜里开工"}, Facts: []Fact{{"什么时候", "半夜、清早"}, {"还在干吗", "还在干"}},
			Words: "夜里十二点来一辆罐车，\n没有牌子。<script>alert(1)</script>", Photos: []PhotoView{{Item: "p1", Small: "/desk/evidence/a/1/320", Large: "/desk/evidence/a/1/1600", Alt: "线索 1 的照片 1"}, {Item: "p2", Alt: "照片 2", Problem: "这张照片打不开"}}, Pending: 1, Recordings: sampleRecordings()},
			{Label: "线索 2", Day: "11月20日", Words: "还是那个院子，味大。", Linked: "同村，照片相同", Split: &SplitForm{Case: "2", Tip: "b", Version: 7, Seen: 3, NoteLabel: "为什么不是一件事", Note: Field{"不同村", "请写明理由。"}}}},
		Clocks: []ClockView{{"去看一眼", "还剩 1 个工作日", Light{"yellow", "将到期"}}, {"回来人的话", "还剩 5 个工作日", Light{"green", "正常"}}},
		Done:   []ClockView{{"签收", "11月20日办了", Light{"green", "正常"}}}, Past: []ClockView{{"签收", "11月19日", Light{"red", "超了 2 小时"}}},
		Events: []EventView{{"11月20日", "高秀英", "签收", ""}, {"11月19日", "县安委办", "转给峪口镇", "在沟里，离镇上近"}},
		Thread: []Message{{From: "来人", Day: "11月21日", Text: "又来了一车。", New: true, Photos: 1}, {From: "峪口镇", FromUs: true, Day: "11月20日", Text: "罐车从哪头来？"}},
		Actions: []ActionView{{Key: "look", Verb: "去看过了", Main: true, NoteLabel: "看到什么"},
			{Key: "conclude", Verb: "写结论", NeedsNote: true, NoteLabel: "凭什么这么说", Outcomes: []Option{{ID: "true", Text: "属实"}, {ID: "false", Text: "不属实", On: true}, {ID: "unclear", Text: "无法核实"}}, Note: Field{"短", "请写明理由，至少 10 个字。"}, Question: "查下来", OutcomeError: "请选一个结论。", Open: true, Missing: "还有督办单没答复。"},
			{Key: "record", Verb: "登记", Open: true, Links: []DeskLink{{"/desk/cases/2/record/halt", "责令停产整顿"}, {"/desk/cases/2/record/trace", "倒查上下游"}}},
			{Key: "assign", Verb: "转派", MayNote: true, UnitLabel: "转给谁", UnitError: "请选一个单位。", Units: []Option{{ID: "police", Text: "县公安局"}, {ID: "town:1", Text: "圪洞镇", On: true}}}, {Key: "handback", Verb: "退回", NeedsNote: true}},
		PlaceForm: &PlaceForm{ID: "2", Version: 7, Open: true, VillageError: "请选一个村。", SiteError: "请在单子里选一种地方，或者不选。",
			Towns: []TownOption{{Code: "t2", Name: "峪口镇", Villages: []VillageOption{{Code: "v3", Name: "张家塔村", On: true}, {Code: "v4", Name: "<b>庄上</b>"}}}},
			Sites: []Option{{ID: "farm", Text: "养殖场", On: true}, {ID: "house", Text: "没人住的房子"}}, Here: []Option{{ID: "0", Text: "线索 1 的手机定位，误差约 20 米"}},
			Point: Field{`111.2"><script>alert(1)</script>`, "位置没看懂。"}, Maps: []Option{{ID: "wgs84", Text: "手机定位"}, {ID: "gcj02", Text: "高德", On: true}}, Reason: Field{"看过", "请写明理由，至少 6 个字。"},
			Known: []KnownPlace{{ID: "a1", Name: "张家塔村养殖场", Point: "111.234, 37.891", Day: "11月21日", Reason: Field{"弄错", "请写明理由，至少 6 个字。"}}}},
		Work: sampleWork(), Seen: 3, Changed: []EventView{{"11月22日", "县安委办 李四", "催办", "快一点"}},
		Compose: sampleCompose(), Dismiss: &Compose{ID: "2", Action: "dismiss", Version: 7, Key: "k2", Label: "为什么维持", Hint: "写给来人看。", Verb: "维持结论，发给来人"},
		Error: "这个案件刚刚被别人办过一步，您写的还在。请看一下最新情况再定。", Typed: "还没看完",
		Heading: "正在办", Rows: sampleRows(), Back: "/desk?q=open"}
}

// sampleRecordings are evidence in every state.
func sampleRecordings() []PhotoView {
	levels := []Option{{ID: "open", Text: "办案单位都能看"}, {ID: "locked", Text: "只有县安委办能看", On: true}}
	return []PhotoView{
		{Case: "2", Version: 7, Tip: "a", Item: "v1", Kind: "voice", Alt: "录音", Length: "1 分 20 秒", Play: "/desk/evidence/a/v1/play", Level: "办案单位都能看"},
		{Case: "2", Version: 7, Tip: "a", Item: "v2", Kind: "voice", Alt: "录音", Ask: "听得出说话的人是谁。", Know: "我知道，打开听", Level: "签收的人确认后能看",
			Levels: levels, NoteLabel: "为什么改，至少 6 个字", Note: Field{"短<script>alert(1)</script>", "请写明理由，至少 6 个字。"}},
		{Case: "2", Version: 7, Tip: "a", Item: "v3", Kind: "video", Alt: "录像", Play: "/desk/evidence/a/v3/play", Level: "只有县安委办能看", Levels: levels, NoteLabel: "为什么改，至少 6 个字"},
		{Case: "2", Version: 7, Tip: "a", Item: "v4", Kind: "video", Alt: "录像", Problem: "这一份锁着，只有县安委办能看。", Level: "只有县安委办能看"},
		{Case: "2", Version: 7, Tip: "a", Item: "v5", Kind: "voice", Alt: "录音", Save: "/desk/evidence/a/v5/play?save=1", Level: "办案单位都能看"},
	}
}

func sampleReview() Review {
	tips := sampleCase().Tips
	return Review{Shell: deskShell(), ID: "2", Version: 7, Number: "FS26-0044", State: "待签收", Light: Light{"yellow", "将到期"}, Emergency: true, Guessed: true, Lead: "峪口镇", Why: []string{"没有厂牌的院子里存着不明的桶，所在的镇牵头"}, CanAnswer: true,
		Place: Question{Asked: true, Guess: Guess{"峪口镇 张家塔村", "可能", []string{"听起来像张家塔"}}, Yes: Option{ID: "v3", Text: "就是这里"}, Others: []Option{{ID: "v4", Text: "大武镇<b>庄上</b>"}},
			No: []Option{{ID: "unknown", Text: "看不出在哪里，要再问"}}, All: []OptionGroup{{"峪口镇", []Option{{ID: "t2", Text: "峪口镇（说不清哪个村）"}, {ID: "v3", Text: "张家塔村"}}}}},
		Category: Question{Guess: Guess{Text: "偷着存危险化学品"}, Yes: Option{ID: "c1", Text: "就是这件事"}, Others: []Option{{ID: "c7", Text: "地方可疑"}}, All: []OptionGroup{{"所有的类别", []Option{{ID: "c2", Text: "转产"}}}}},
		Again:    true, Comparing: "机器觉得像，又不敢并。", Tips: tips, Notice: "记下了。", Error: "这个案件刚刚被别人办过一步。",
		Similar: []Beside{{ID: "9", Href: "/desk/cases/9", Number: "FS26-0032", State: "办结", How: "可能", Why: "同村", Tips: tips,
			Rows: []SideRow{{"地点", "张家塔村", "张家塔村", true}, {"像是", "存着不明的桶<script>alert(1)</script>", "", false}}}, {ID: "8", Href: "/desk/cases/8", Number: "FS26-0030", State: "办结", How: "可能", Recurs: true}}}
}

func sampleQuality() Quality {
	return Quality{Shell: deskShell(), Tables: []QualityTable{{"在哪里", []QualityWeek{{From: "11月23日", All: 40, Auto: 30, Waiting: 2, Confirmed: 5, Corrected: 3, Right: "5 / 8"}, {From: "11月16日"}}}}}
}

// samples is every page, full.
func samples() []any {
	staff := []StaffRow{{"gao", "高秀英", "镇里办案", "圪洞镇", "能登录"}, {"li", "李建国", "管理员", "县安委办", "停用"}}
	return append([]any{
		Home{Shell: shell("/"), Hotline: "12345", Emergencies: []EmergencyOption{{"fire", "着火了、爆炸了", "fire"}, {"leak", "气漏出来，人受不了", "leak"}, {"injury", "有人受伤、中毒", "injury"}, {"violence", "有人打人、扣人", "violence"}}},
		Emergency{Shell: shell("/report"), ID: "fire", Text: "着火了、爆炸了", Calls: []Call{{"119", "着火、爆炸、漏气"}, {"120", "有人受伤、中毒"}}, Safety: "往上风头走，离远些，别回去拿东西，别打火，别碰地上的水。"},
		sampleReport(), sampleReceipt(), Kept{Shell: shell("")},
		Lookup{Shell: shell("/status"), Code: Field{"4071 1869 2530 7740", "没找到这个码。请对照抄下的数字再看一遍，特别是 1 和 7、0 和 6。"}, Captcha: &Captcha{ID: "abc"}, Token: "tok", Words: "又来了<script>alert(1)</script>", Staged: []StagedFile{{Token: "s", Label: "照片 1"}}},
		sampleStatus(), sampleWithdraw(),
		Failure{Shell: shell(""), Sentence: "我们这边出了问题，不是您的错。请过一会儿再来；还不行，打 12345 时报下面这个编号。", Ref: "7K2M-Q9", Back: "/report", Typed: "去看过\n<script>alert(1)</script>"},
		SignIn{Shell: shell(""), Login: Field{"gao", "写一下账号。"}, Error: "账号或密码不对。请再看一遍；忘了密码，找管理员重设。", Accounts: []DemoAccount{{"gao", "demo-gao-圪洞", "圪洞镇"}},
			Kept: []Hidden{{"case", "2"}, {"action", "handback"}, {"version", "7"}, {"note", "在邻县\n<script>alert(1)</script>"}}},
		SetPassword{Shell: shell(""), T: "abc", Login: "gao", Error: "密码至少 12 个字符。可以用一句好记的话。"},
		Queue{Shell: deskShell(), Heading: "待签收", Notice: "已退回县安委办，理由已记下。", Rows: pickable(), Next: "/desk?after=x", Here: "/desk?q=mine", Narrow: sampleNarrow(), Bulk: sampleBulk(), Named: sampleRows()[:1], NamedNext: "/desk?names=1"},
		BulkDone{Shell: deskShell(), Heading: "几件一起办", Told: "办好 1 件，没有办成 1 件。", Error: "一件也没有勾。", Do: "assign", Verb: "转派", Back: "/desk?q=mine", Bulk: *sampleBulk(), Done: []BulkLine{{Href: "/desk/cases/1", Number: "FS26-0041", Place: "圪洞镇", Text: "转出去了"}},
			Left: []BulkLine{{Href: "/desk/cases/2", Number: "FS26-0044", Place: "峪口镇", Text: "这个案件刚刚被别人办过一步。", Pick: "2 7 3", Changed: []EventView{{"11月28日", "峪口镇 王五", "退回", ""}}}, {Number: "看不到的案件", Text: "没有这个案件。", Pick: "3 1 1", On: true}}},
		sampleCase(), sampleRecord(), sampleReview(), sampleQuality(),
		Map{Shell: deskShell(), Outline: "111.1,37.6 111.5,37.6 111.5,38.1 111.1,37.6", Points: []MapPoint{{"店坪<script>alert(1)</script>养殖场", "场所", "/desk/cases/1", 111.2, 37.7, true}, {"店坪村", "村", "", 111.21, 37.71, false}}, More: true},
		Calendar{Shell: deskShell(), Missing: "还没有2027年放假和补班的日子。", Done: "收下了。", File: Field{Error: "还没选表格。"}, Note: Field{"短<script>alert(1)</script>", "请写明理由。"}, Sample: "日期,名称,类别",
			Problems: []SheetLine{{5, "“2027-02-22”不是周六周日<script>alert(1)</script>", "核对"}, {0, "放假不全", "补上"}}, Years: []CalendarYear{{2027, "放假 20 天，补班 6 天", "11月23日 李四传的", "国务院改了"}, {2026, "放假 20 天，补班 6 天", "随系统带来的", ""}}},
		Ops{Shell: deskShell(), Engines: []Fact{{"文档", "SQLite"}, {"证据", "本机文件夹"}}, Staff: staff},
		sampleHotline(), sampleHotlineReceipt(), sampleOrders(),
		sampleChannels(),
		sampleLedger(), sampleJobs(), sampleImport(), sampleBatch(), sampleSites(), sampleOldSite(), sampleReports(),
	}, append(append(append(sampleNumbers(), samplePress(), samplePressItem()), sampleOpen()...), sampleRewards()...)...)
}

func sampleHotline() Hotline {
	r := sampleReport()
	r.Shell, r.Staged, r.Captcha = deskShell(), nil, nil
	r.SignGroups[0].Options[0].Long = `夜里有"><script>alert(1)</script>`
	return Hotline{Report: r, Channels: Choices{Options: []Option{{ID: "hotline", Text: "12345 热线", On: true}, {ID: "visit", Text: "来访"}}, Error: "这一项没选对，请重新选一下。"},
		Told: Field{"2026-11-29T15:04", "这个时间还没到。"}, Order: Field{`FS"><script>alert(1)</script>`, "工单编号不对。"}, DaysBack: 30, EmergError: "这一项没选对。", Unsent: true,
		Emergencies: []CallFirst{{Option{ID: "fire", Text: "着火、爆炸", On: true}, []Call{{"119", "火警"}}}, {Option: Option{ID: "none", Text: "没有这些"}}}}
}

func sampleHotlineReceipt() HotlineReceipt {
	return HotlineReceipt{Shell: deskShell(), Token: "tok", Code: [4]string{"4071", "1869", "2530", "7746"}, Claim: &[4]string{"9152", "0037", "6681", "2495"}, Again: true, Tail: Field{"7764", "最后四位对不上。"}}
}

func sampleOrders() Orders {
	return Orders{Shell: deskShell(), Error: "还没选表格。", Done: "录好了 12 条。", From: Field{"2026-11-01", "日期没看懂。"}, MaxMB: 16, MaxRows: 500,
		Checked: &Checked{Sheet: "sealed", Said: "能录 12 条，录过的 1 条，有错的 2 行。", Take: "只录没有错的 12 条",
			Bad: []SheetLine{{5, "没有工单编号<script>alert(1)</script>", "补上编号"}, {0, "行数太多", "分成几个文件"}}, Same: []SheetLine{{3, "11月23日 15:04", ""}}}}
}

func sampleChannels() Channels {
	return Channels{Shell: deskShell(), Rule: "特急马上发。", Result: "送到了。", Error: "没有送到：对方十秒没有回话。",
		Contacts: []ContactRow{{Name: "安委办值班群", By: "企业微信群机器人", Address: "qyapi.weixin.qq.com", Whom: "县安委办：承办人、负责人", Light: Light{"green", "通着"}, Last: "上次发成 11月23日 9点"},
			{Name: `局长"><script>alert(1)</script>`, By: "短信", Address: "138****0000", Whom: "应急局：负责人", Light: Light{"red", "发不出去"}, Last: "还没有发成过", Trouble: "11月23日 9点 没发成：连不上。", Waiting: "等着发 3 条"}},
		Log: []SentRow{{"11月23日 9点", "安委办值班群", "新线索 P0", "方2026-0001", "发了"}}, Next: "/desk/channels?after=x", Older: false}
}
