// The program `atelier`: server and command line in one.
#pragma once

namespace atelier::app {

int Main(int argc, char** argv);

}  // namespace atelier::app
