module atelier/tests/clients/go_obs

go 1.19

require github.com/huaweicloud/huaweicloud-sdk-go-obs v3.25.4+incompatible

require (
	golang.org/x/net v0.24.0 // indirect
	golang.org/x/text v0.14.0 // indirect
)
