#include "app/main_program.h"

int main(int argc, char** argv) { return atelier::app::Main(argc, argv); }
