package intake

// GatewayDraft is the form of a tip that another system hands in for somebody. The same id of the same gateway gives the same form, so that what is sent twice is
// taken once; without an id every call gives another one.
func (s *Service) GatewayDraft(gateway, id string) *Draft {
	if id == "" {
		return s.NewDraft()
	}
	b := append([]byte{draftVersion}, s.Vault.MAC("gateway draft", []byte(gateway), []byte(id))[:draftRandom]...)
	return s.draft(append(b, 0, 0))
}
