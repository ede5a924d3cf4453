package frontend

// Map is "/desk/map": the known places. Without a script it is a list.
type Map struct {
	Shell
	Outline string // of the county, WGS-84: rings parted by ";", points "lon,lat" by spaces
	Tiles   string // address of a tile with {s}, {z}, {x} and {y}, two of them parted by a space: ground and names; "" for none
	Points  []MapPoint
	More    bool // there are more than are shown
}

// MapPoint is one place, in WGS-84.
type MapPoint struct {
	Name, Kind string
	Href       string // of the case that taught it, for who sees it
	Lon, Lat   float64
	Site       bool
}
