package route_test

import (
	"slices"
	"testing"

	"qianshao/triage/route"
)

// alone is what people write and tick nothing, with who leads in a town with a village, and the primary category: any of the named ones.
var alone = []struct {
	text string
	lead string
	any  []string
}{
	// making and storing
	{"院里支了两口大锅熬东西，拿塑料桶装走，味道像烧轮胎", "emergency", []string{"c1", "c7"}},
	{"租了我家隔壁的空房，天天夜里往小瓶里灌双氧水", "emergency", []string{"c1"}},
	{"那个旧粮库堆满了蓝桶，标签撕得干干净净", "emergency", []string{"c1"}},
	{"有人拿酸泡电路板，水都是绿的", "emergency", []string{"c1"}},
	{"废旧轮胎一车一车拉进去，出来的是黑油", "emergency", []string{"c1"}},
	{"他在地下室配农药，连口罩都不戴", "emergency", []string{"c1", "c7"}},
	{"后山窑洞里安了个反应釜，夜里呜呜响", "emergency", []string{"c1"}},
	{"收了一堆旧电瓶，砸开把铅熔了", "emergency", []string{"c1"}},
	{"四五个人在大棚里装白面面，戴着防毒面具", "emergency", []string{"c1", "c7"}},
	{"塑料颗粒厂后头架了个炉子炼塑料油", "emergency", []string{"c1", "c2", "c3"}},
	{"甲醇兑水当燃料卖，桶就摆在院里", "emergency", []string{"c1"}},
	{"好像是弄化工的，具体弄啥不知道", "emergency", []string{"c1"}},
	{"老猪场早没猪了，半夜灯亮着，门口安了监控探头", "emergency", []string{"c7"}},
	{"废弃的小学里一到黑夜就有怪味", "emergency", []string{"c7"}},
	{"水泥厂的院子最里头另外一伙人在灌清洗剂", "emergency", []string{"c3", "c1"}},
	{"原来做豆腐的厂子改做胶水了", "emergency", []string{"c2"}},
	{"油漆店有手续，可后院存的稀料比许可的多得多", "emergency", []string{"c4"}},
	{"化工厂前年就取缔了，到现在还没断电", "emergency", []string{"c5"}},
	{"封条贴上没三天就让他撕了，又开始熬胶", "emergency", []string{"c8"}},
	{"上回查封过的那家又干起来了，老地方", "emergency", []string{"c8"}},
	{"换了个地方又干，还是以前被取缔的那伙人", "emergency", []string{"c8"}},
	{"繁體：舊倉庫裡堆著鐵桶，夜裡有罐車來拉", "emergency", []string{"c1", "c7"}},
	{"硫算味道大得很，院里全是塑料桶", "emergency", []string{"c1"}},

	// beside the eight points
	{"天一黑就有罐车往河沟里倒黑水，鱼都死了", "ecology", []string{"x_dump"}},
	{"把废酸偷偷排到水渠里，庄稼苗都黄了", "ecology", []string{"x_dump"}},
	{"井水这几天发红，有股药味，不知道上头谁放的", "ecology", []string{"x_dump"}},
	{"一辆面包车天天拉硫酸，司机没证", "transport", []string{"x_transport"}},
	{"罐车上的危险品标志拿布遮住了，专走小路，车停在停车场过夜", "police", []string{"x_transport"}},
	{"货运站把甲苯混在百货里发走", "transport", []string{"x_transport"}},
	{"国道边有个流动加油车，一升便宜一块多", "commerce", []string{"x_fuel"}},
	{"他家院里埋着油罐，偷偷卖柴油给大车", "commerce", []string{"x_fuel"}},
	{"河滩上不知道谁扔了几个铁桶，桶上有骷髅头", "police", []string{"x_found"}},
	{"路边捡到两个没人要的气瓶，没人认领", "police", []string{"x_found"}},
	{"他在网上卖氰化钾，说能洗金子", "police", []string{"x_poison_expl"}},
	{"有人私造鞭炮，火药就放在炕上", "police", []string{"x_poison_expl"}},
	{"门市上专门给那些黑作坊供盐酸，不要证", "emergency", []string{"x_upstream"}},
	{"房东明知他们没手续还把院子租给他们，一年收三万租金", "emergency", []string{"x_upstream"}},
	{"上个月里头死了个人，赔了钱不让说", "county_gov", []string{"x_conceal"}},
	{"烧伤了两个，没往上报，私了了", "county_gov", []string{"x_conceal"}},
	{"我举报以后他们半夜砸了我家玻璃", "police", []string{"x_retaliate"}},
	{"谁再告就弄死谁，他堵在我家门口骂", "police", []string{"x_retaliate"}},
	{"请求公安保护，他们威胁我不许举报", "police", []string{"x_retaliate"}},
	{"我举报了那个旧砖厂里炼废机油的，老板第二天就把我辞退了", "police", []string{"x_retaliate"}},
	{"我要举报那个旧砖厂，里头炼废机油，我嫌不给口罩，老板就把我辞退了", "emergency", []string{"c1", "c7"}},
	{"村主任在里头有股份，每年分红", "discipline", []string{"x_official"}},
	{"镇上有人给他们通风报信", "discipline", []string{"x_official"}},
	{"就是兑假洗衣液卖的，没啥危险，没执照", "market", []string{"c1"}},

	// not ours
	{"楼上装修天天电钻响，睡不着", "safety_committee", []string{"x_out"}},
	{"包工头欠我们半年工资不给", "safety_committee", []string{"x_out"}},
	{"邻居盖房占了我家的地", "safety_committee", []string{"x_out"}},
	{"村里停水五天了没人管", "safety_committee", []string{"x_out"}},
	{"进村的水泥路坏了两年，坑坑洼洼", "safety_committee", []string{"x_out"}},
	{"低保给他不给我，不公平", "safety_committee", []string{"x_out"}},
	{"广场舞音响太大，老人受不了", "safety_committee", []string{"x_out"}},
	{"楼下烧烤摊油烟往家里灌", "safety_committee", []string{"x_out"}},
	{"养鸡场的鸡粪堆在路边，苍蝇多得很，是真养鸡的", "safety_committee", []string{"x_out"}},
	{"快递丢了找谁赔", "safety_committee", []string{"x_out"}},
	{"他家狼狗整夜叫，还咬人", "safety_committee", []string{"x_out"}},
	{"地里烧秸秆，满天是烟", "safety_committee", []string{"x_out"}},
	{"拉煤大车超速，灰大得很", "safety_committee", []string{"x_out"}},
	{"垃圾好几天没人拉，臭死了", "safety_committee", []string{"x_out"}},
	{"下水道堵了，粪水翻上来", "safety_committee", []string{"x_out"}},
	{"公交车老是不按点来", "safety_committee", []string{"x_out"}},
	{"麻将馆半夜吵得人睡不着", "safety_committee", []string{"x_out"}},
	{"村委会换届选举不公开", "safety_committee", []string{"x_out"}},

	// all of it once more, said aslant
	{"一伙外地人在牛圈里拿大缸化铜，倒酸，冒红烟", "emergency", []string{"c1"}},
	{"家属院一楼有人倒卖煤气，几十个气罐放楼道", "emergency", []string{"c1"}},
	{"加工塑料颗粒的，洗料的水带泡泡流到我们菜地", "emergency", []string{"c1"}},
	{"老汉帮人看着一个仓库，里面是一袋袋的不知道啥化肥，味道冲得要命", "emergency", []string{"c1", "c7"}},
	{"外面挂的是物流公司，里面在灌车用防冻液", "emergency", []string{"c1", "c2", "c3"}},
	{"粮站大门锁了好几年，最近半夜总有面包车倒进去", "emergency", []string{"c7"}},
	{"法院贴了封的那家炼油的，上礼拜又点炉子了", "emergency", []string{"c8"}},
	{"停产通知贴了一年，变压器还嗡嗡响，电费是谁交的", "emergency", []string{"c5"}},
	{"油漆门市只能卖，他在后头自己调漆，还往地下室存", "emergency", []string{"c4", "c1"}},
	{"路边停个改装的厢货，拉开门就给大车加柴油", "commerce", []string{"x_fuel"}},
	{"麦地头上不知道谁撂下五个铁罐罐，锈得厉害", "police", []string{"x_found"}},
	{"二娃在家里卷炮，一院子的纸筒和药", "police", []string{"x_poison_expl"}},
	{"有人在微信群里卖老鼠药，三步倒那种，国家不让卖的", "police", []string{"x_poison_expl"}},
	{"他哥是派出所的，每次检查前都打电话让他收摊", "discipline", []string{"x_official"}},
	{"我上次打了电话，第二天他就带人把我家的羊圈点了", "police", []string{"x_retaliate"}},
	{"去年腊月炸死两个河南人，给了钱，谁也不让往外说", "county_gov", []string{"x_conceal"}},
	{"村东老刘卖给那些黑厂盐酸，谁要都给", "emergency", []string{"x_upstream", "c7"}},
	{"房子是我二叔的，明知道人家干黑活还租，贪那点房租", "emergency", []string{"x_upstream"}},
	{"KTV太吵", "safety_committee", []string{"x_out"}},
	{"我家门口的路灯坏了三个月", "safety_committee", []string{"x_out"}},
	{"打工的钱要不回来", "safety_committee", []string{"x_out"}},
	{"请问办营业执照去哪里", "safety_committee", []string{"x_out"}},
	{"邻村的羊把我的苗吃了", "safety_committee", []string{"x_out"}},
	{"医院看病排队太久", "safety_committee", []string{"x_out"}},
	{"隔壁养了一百多只鸽子，毛和粪到处飞", "safety_committee", []string{"x_out"}},
	{"往西三里，老坟地旁边，有两排石棉瓦房，夜里机器响，墙上冒热气", "emergency", []string{"c1", "c7"}},
	{"他家盖猪圈占了我家祖坟，没人管", "safety_committee", []string{"x_out"}},
	{"小区电梯老坏", "safety_committee", []string{"x_out"}},
}

func TestWordsAlone(t *testing.T) {
	p, r := open(t)
	for _, c := range alone {
		f := route.Facts{Town: p.Towns[1].Code, Village: p.VillagesOf(p.Towns[1].Code)[0].Code, Texts: []string{"", c.text}}
		if d := r.Decide(f); d.Lead != c.lead || !slices.Contains(c.any, d.Categories[0]) {
			t.Errorf("%s: %v, led by %s; want %v, %s", c.text, d.Categories, d.Lead, c.any, c.lead)
		}
	}
}
