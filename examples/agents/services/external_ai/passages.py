"""What the external service knows: enough text for answers that differ from topic to topic."""

PASSAGES: tuple[str, ...] = (
    "Small wind farms near the coast deliver steadier power than inland sites, although salt and "
    "storms shorten the life of bearings and raise the price of every repair.",
    "Cities that price parking by demand see fewer cars circling for a place, and shop owners who "
    "first opposed the change now report that customers find their doors more easily.",
    "A survey of hospital kitchens found that menus planned a week ahead throw away a third less "
    "food, mostly because portions follow the wards instead of the calendar.",
    "Batteries made with sodium store less energy for their weight than lithium cells, yet their "
    "materials are cheap and they charge well in the cold.",
    "Old forests hold more carbon than young plantations of the same size, and the difference "
    "grows for at least two centuries after planting.",
    "Teachers who mark fewer exercises but discuss each one in class see the same results at the "
    "end of the year, with less work in the evenings.",
    "Freight trains lose most of their time in yards rather than on the line, so a faster engine "
    "helps less than a better timetable for shunting.",
    "Museums that lend their stores to schools report more visitors afterwards, because children "
    "bring their families to see the rooms behind the objects.",
    "Heat pumps in poorly insulated houses still save money when radiators are enlarged, a change "
    "that costs less than new windows in most buildings.",
    "Libraries with long opening hours lend fewer books per hour but serve readers who could not "
    "come at any other time, shift workers above all.",
    "Drip irrigation saves water only where farmers are paid for what they leave in the river; "
    "otherwise they plant more and the river stays as low.",
    "Short video lessons help adults to repeat what they knew, while new subjects are learned "
    "better in groups with a fixed hour every week.",
    "Ports that offer power from the shore let ships stop their engines, and the air in nearby "
    "streets improves within one season.",
    "Open laboratories share machines between universities; their hardest problem is not money "
    "but the calendar, since every group needs the microscope in the same month.",
    "Bees in towns find flowers from March to October, yet the number of hives has grown faster "
    "than the gardens that must feed them.",
    "Public dashboards on water leaks led three towns to repair pipes in half the time, because "
    "neighbours compared their streets.",
    "Night trains attract travellers when they arrive after seven in the morning, and lose them "
    "when a connection is missed more than once a year.",
    "Recycled concrete is strong enough for houses, but its quality depends on how carefully the "
    "old building was taken apart.",
    "Rural clinics that ask questions by video before a visit need fewer journeys for each "
    "patient, and doctors prepare the right instruments.",
    "Translation by machine is good enough for manuals, while contracts still need a person who "
    "knows the law on both sides of the border.",
    "Orchards with hedges harvest slightly less in good years and far more in dry ones, since the "
    "wind takes less water from the soil.",
    "Cooperative shops survive longer than chains in villages, because members accept shorter "
    "hours in exchange for a counter that stays.",
    "Satellite images show illegal fishing within a day, but patrol boats need a week to reach "
    "the place, so evidence matters more than speed.",
    "Parks designed with teenagers are used by everyone later in the evening, and repair costs "
    "fall when those who use a bench have chosen it.",
    "Bicycle lanes separated by a kerb double the number of riders within two years; painted "
    "lines alone change almost nothing.",
    "Glass from old solar panels can be used again for new ones when frames are designed to be "
    "opened, which few makers do today.",
    "Weather services that publish their errors are trusted more, and farmers plan their harvest "
    "better with a range than with one number.",
    "Cheese dairies that share one laboratory test twice as often at the same cost and withdraw "
    "fewer products from the market.",
    "Electric buses need fewer repairs than diesel ones, but depots must be rebuilt, and the grid "
    "connection takes longer than the delivery of vehicles.",
    "Archives that let volunteers read old letters aloud gained searchable recordings, and the "
    "volunteers found relatives in them.",
    "Roofs painted white lower the heat in upper flats by several degrees, an effect that lasts "
    "as long as somebody washes off the dust.",
)
