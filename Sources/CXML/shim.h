#include <libxml/xmlversion.h>
// Foundation brings ICU's headers of its own, and both in one program contradict each other. Nothing that is used here
// depends on them.
#undef LIBXML_ICU_ENABLED
#include <libxml/xmlreader.h>
