package gazetteer

import "strings"

// lookalikes are characters that are written or read for one another, a group to a word. They are such as stand in names of villages of the north.
var lookalikes = strings.Fields(`
	未末来朱耒 昔普晋音惜借 古占吉右石后 贤览坚肾 横黄模 沟构购勾钩狗 潘番播藩 畈饭贩板坂版返 军车晕 崖岸涯岩 圪吃乞屹讫疙 洞同铜桐筒 西酉四 糜靡縻麋麻 塔搭培 津律建 头买实斗 班斑玨 庄压桩妆 皓浩皎晧告 温湿
	赤亦赫 街衔衙 坊访防纺仿 窑窖窟 代伐戈 坡波披破陂 坚竖紧 磨蘑摩魔 湾弯塆 开井升 府俯付 吴昊吕 峪裕浴屿裕 红江虹 树村对 林材枝 则刚测侧 泉帛皋 张弦 韩朝翰 土士王 福副幅富 兴与六 隆降龙 针汁钊 郝赦赤 焉鸟马 常堂党棠 曹槽遭
	呼乎平 家冢宗 吉古告 花化华 口囗日 安字宋 南甫 新析斩 杨扬场汤 会合全 相湘想 王玉主五 保堡褓 郭敦孰 武式戎 举学 人入八 水冰永 源原愿 阳阴 和知 店占 民氏 庙庸 底低抵 当挡 下卞 河何柯 积织职 翠粹 孔扎 刘列 冯马 方万 虎虑 滩摊难
	东车 地他 胡湖糊朝 运远 大太犬 石右 赵超 李季 袁表 槐愧 沙纱 务条 云去 秦奏泰 高亭 油由 里甲 落洛 辉挥 陈阵 叉又义 咀嘴且 桥娇侨 杜社 牛午 岭令 果呆 梁粱 雅鸦 罗岁 回因 阎闫 凤风 窝涡 巨臣 帮邦 翼冀 神袖 代伐 焦集 桦华 坪平评秤 卧臣 潭谭 松公
	旺汪 岔忿 墕焉 圐圙 垴恼 峁昴 咀阻 寨塞赛 屯吨 堡煲 沿沼 汾份 柳聊 榆偷 枣刺 槽糟 碾辗 砚现 洼哇娃 营菅 寺侍 关美 城诚 镇填 乡多`)

var lookalike = func() map[[2]rune]bool {
	m := map[[2]rune]bool{}
	for _, group := range lookalikes {
		for _, a := range group {
			for _, b := range group {
				m[[2]rune{a, b}] = true
			}
		}
	}
	return m
}()

// alike reports whether two characters look alike.
func alike(a, b rune) bool { return lookalike[[2]rune{a, b}] }
