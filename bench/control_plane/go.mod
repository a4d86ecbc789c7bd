module atelier/bench/control_plane

go 1.19
