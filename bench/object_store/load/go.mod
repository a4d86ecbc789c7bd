module atelier/bench/object_store/load

go 1.19
