package route_test

import (
	"testing"

	"qianshao/triage/route"
)

// What people write when it burns, leaks, or somebody lies on the ground: in many voices, with slips of dictation, without commas.
var happensNow = []string{
	"现在正在冒烟，黑得很",
	"着火了着火了，就村口那个棚",
	"刚才轰的一声，玻璃都震碎了",
	"南边那个厂房火光冲天",
	"以前的老油库着火了！",
	"原先的供销社院里炸了，快来人",
	"里头有人晕倒了，门锁着进不去",
	"我爸闻了那个味，叫不醒了，已经送医院",
	"罐子漏气了，整条沟里都是白雾",
	"拉硫酸的罐车侧翻在弯道上",
	"阀门坏了一直往外喷，止不住",
	"后院起火啦 快打119",
	"就在刚刚，三个工人口吐白沫",
	"哎呀不得了炸咧炸咧",
	"棚子着火咧 烟往村里刮哩",
	"今天早上又开始漏了，黄烟一股一股的，鸡都躺下了，人也吐了",
	"氨气泄漏，附近的人往外跑",
	"有个后生掉进池子里了，赶紧救人",
	"那个厂着活了黑烟老高",
	"着火了没人管",
	"去年就着过一次，今天又着火了",
	"怕什么来什么，刚才真的炸了",
	"上次报了你们没来，这回着火了",
	"甲醇桶漏了淌了一地，旁边还在烧炉子，快跑",
	"罐罐里嗤嗤冒白气，越来越大，孩子们呛得直吐",
	"有人中毒了，两口子都不省人事",
	"听邻居说的，我也看见了，现在火苗蹿上房顶了",
	"没想到真爆炸了，碎砖飞到我院里",
	"人还困在里头，火势大得很",
	"他们把我哥关在屋里不让走，正在打人",
	"冒烟冒得睁不开眼，这会儿已经看见火苗了",
	"起火了，119占线",
}

// What sounds like it and is none: over, feared, denied, heard of, everyday, in irony, or something else altogether.
var happensNot = []string{
	"去年爆过一回，赔了钱就完了",
	"怕会爆炸，旁边就是小学",
	"没有着火，就是味道大",
	"前年着过火，墙现在还是黑的",
	"迟早要炸，你们等着看吧",
	"万一着火了谁负责",
	"听说那边以前炸死过人",
	"据说他家漏气漏了好几回",
	"天天晚上冒黄烟，习惯了",
	"村里人经常头晕恶心",
	"那个味道呛得人喘不上气，开窗都不敢",
	"会不会中毒啊，孩子还小",
	"没见着火，也没听见爆炸",
	"老板说不会爆炸的，哄鬼呢",
	"桶上画着火苗的标，还有易燃两个字",
	"微信群里都炸锅了",
	"气炸了，这种人没人管",
	"一到晚上就烧锅炉，火大得很",
	"上个月有个工人晕倒了，老板给了两千块打发走",
	"三月里轰的一声，后来才知道是罐子崩了",
	"要是泄漏了，下游的井就全完了",
	"存在火灾隐患，请检查",
	"严禁烟火的牌子都没有，容易引起爆炸",
	"小心他们跑了，快来查",
	"请赶紧来人看看，味道受不了",
	"现在天天半夜生产，烟囱冒白烟",
	"人家放炮仗呢，响了半天",
	"这要是炸了，半条街都没了",
	"可厉害了，烟囱跟过年放花似的，天天有戏看",
	"以前这里是着过火的那个砖厂，现在租给外地人了",
	"谁把消息泄露给老板的",
	"我在饭店打工，油炸东西的油都是他家的",
	"庄稼都死了，羊也倒了两只",
	"工人手上全是烧伤的疤",
	"就怕哪天漏了气，一村人跑都跑不及",
	"没有人受伤，就是想反映一下",
	"县里搞过火灾演练，他们照样不当回事",
	"又臭又呛，跟谁家着了火似的",
	"消防通道堵得死死的，着了火消防车都进不来",
}

func TestEmergenciesInWords(t *testing.T) {
	p, r := open(t)
	for _, text := range happensNow {
		d := r.Decide(route.Facts{Town: p.Towns[0].Code, Texts: []string{"", text}})
		if !d.Emergency || !d.Guessed || d.Priority != "P0" {
			t.Errorf("no emergency: %s", text)
		}
		if !r.Urgent(route.Facts{Texts: []string{text}}) {
			t.Errorf("not urgent before the place is known: %s", text)
		}
	}
	for _, text := range happensNot {
		if d := r.Decide(route.Facts{Town: p.Towns[0].Code, Texts: []string{"", text}}); d.Emergency {
			t.Errorf("an emergency: %s", text)
		}
	}
}
