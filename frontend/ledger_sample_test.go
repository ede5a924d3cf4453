package frontend

func toolShell(tool string) Shell {
	s := deskShell()
	s.Desk.Tool = tool
	return s
}

func sampleFilters() []FilterField {
	return []FilterField{{Name: "town", Label: "镇", Options: []Option{{Text: "都要"}, {ID: "t1", Text: "圪洞镇", On: true}, {ID: "t2", Text: "<b>庄上</b>"}}}}
}

func sampleLedger() Ledger {
	columns := []LedgerColumn{{"编号", 1, true}, {"名称或代号", 2, true}, {"镇", 0, true}, {"周边距离（住户、学校、水源、道路）", 0, false}}
	row := func(id string, texts ...string) LedgerRow {
		r := LedgerRow{Href: "/desk/cases/" + id, State: "回头看", Light: Light{"green", "正常"}}
		for i, t := range texts {
			r.Cells = append(r.Cells, LedgerCell{columns[i], t, i == 0})
		}
		return r
	}
	return Ledger{
		Shell: toolShell("ledger"), Of: "方山县圪洞镇", Count: 5120, Filters: sampleFilters(), Kept: []Hidden{{"closed", `2026-11"><script>alert(1)</script>`}}, From: Field{"2026-13-01", "日期没看懂，请写成 2026-11-29 这样。"}, To: Field{Value: "2026-11-29"},
		Query: "town=t1", Filtered: true, Chosen: "圪洞镇、<b>庄上</b>", Views: []SavedView{{ID: "v1", Name: "圪洞的", Href: "/desk/ledger?town=t1", On: true}, {ID: "v2", Name: `<script>alert(1)</script>`, Href: "/desk/ledger?town=t2"}},
		ViewName: Field{"圪洞", "请起个名，最多 20 个字。"}, Groups: []LedgerGroup{{"线索和地点", 3}, {"产品和危险", 1}}, Columns: columns,
		Rows: []LedgerRow{row("1", "方2026-0041", "老砖厂后院<script>alert(1)</script>", "圪洞镇", "住户 200 米"), row("2", "方2026-0040", "", "圪洞镇", "")},
		Next: "/desk/ledger?after=x", Names: true, Switch: "/desk/ledger?town=t1", Large: true, Notice: "存好了，下次在上面一点就是。", Import: true,
	}
}

func sampleJobs() LedgerJobs {
	return LedgerJobs{Shell: toolShell("ledger"), Running: true, Jobs: []JobView{
		{What: "方山县台账", Day: "11月29日", State: "正在做", Done: 1500, Total: 50000, Running: true},
		{What: "方山县台账", Day: "11月28日", State: "做好了，3.2 MB，留到12月1日", Done: 1, Total: 1, Href: "/desk/ledger/jobs/1/file", Link: "取文件"},
	}}
}

func sampleImport() LedgerImport {
	return LedgerImport{Shell: toolShell("ledger"), File: Field{Error: "还没有选文件，或者文件是空的。"}, Columns: "编号、名称或代号、镇", MaxMB: 20,
		Batches: []BatchLine{{"/desk/ledger/import/1", "11月20日", "高秀英", "收了 9700 行"}}}
}

func sampleBatch() ImportBatch {
	return ImportBatch{Shell: toolShell("ledger"), ID: "1", State: "看过了，还没有收", Rows: 10000, Good: 9700, Bad: 300, Already: 2, CanTake: true, CanUndo: true, Busy: true, Done: 500, Total: 9700, Stored: 9700,
		Problems: []ImportProblem{{7, "镇", "没有“<b>庄上</b>”这个镇", "照县里的名单写镇的名称"}, {0, "", "没有找到列名", "写列名"}}, More: 3, Ignored: "备注", Barred: "举报人电话",
		Left: []LeftRow{{"/desk/sites/old/1", "老砖厂", "高秀英", "11月29日", 12}}, Error: "有 300 行有问题。改好再传，或者勾上“先不收”再点。"}
}

func sampleSites() Sites {
	return Sites{Shell: toolShell("sites"), Tabs: []QueueTab{{"/desk/sites?source=cases", "案件里登记的", true}, {"/desk/sites?source=old", "原来台账里的", false}}, Source: "cases",
		Name: Field{"砖", "请至少写两个字。"}, Who: Field{Value: `王五"><script>alert(1)</script>`}, Filters: sampleFilters(), Next: "/desk/sites?after=x",
		Rows: []SiteRow{{Href: "/desk/cases/1", Name: "老砖厂后院", Place: "圪洞镇东街村", Status: "停了，盯着", Kind: "watched", What: "胶，四-3 彻底清理", Since: "11月13日停的", Equipment: "搪瓷釜 2 台，搬走，大武镇废品站",
			Number: "方2026-0041", Same: []SameSite{{"/desk/cases/2", "大武镇店坪村 方2026-0012"}}, More: true}, {Name: "店坪村养殖场", Place: "大武镇店坪村", Status: "县里导入", Kind: "known", Where: "WGS-84 111.201, 37.671"}}}
}

func sampleOldSite() OldSite {
	return OldSite{Shell: toolShell("sites"), ID: "1", Name: "老砖厂<script>alert(1)</script>", Place: "圪洞镇", Status: "在册", Version: 2, Facts: []Fact{{"经营者", "王五"}, {"停产日期", "2024-05-01"}},
		Work: []EventView{{"11月20日", "圪洞镇 高秀英", "停了，盯着", "去看过，门锁着"}}, Statuses: []Option{{ID: "known", Text: "在册", On: true}, {ID: "closed", Text: "了结"}},
		Note: Field{"短", "请写明理由，至少 6 个字。"}, Error: "这个案件刚刚被别人办过一步，您写的还在。请看一下最新情况再定。", From: "原来台账第 12 行"}
}

func sampleReports() Reports {
	return Reports{Shell: toolShell("reports"), Heading: "方山县 2026年11月", By: "县安委办", Filters: sampleFilters(), Period: "2026-11", Town: "t1", Columns: []string{"合计", "圪洞镇", "大武镇"},
		Groups: []ReportGroup{{"排查", []ReportLine{{"排查点位", "个", "新进台账的", []string{"12", "7", "5"}, false}, {Name: "发现隐患", Unit: "处", ByHand: true}}}},
		Rows:   []ReportRow{{"/desk/cases/1", "方2026-0041", "圪洞镇", "排查点位、查实"}}, Error: "件数多，这里一下子算不完。"}
}
