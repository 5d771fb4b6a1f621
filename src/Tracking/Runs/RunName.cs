namespace Assay.Tracking.Runs;

/// <summary>Names for runs that were given none: two words and a number, so that people can tell them apart.</summary>
internal static class RunName
{
    private static readonly string[] Kinds =
    [
        "amber", "brisk", "calm", "candid", "civil", "copper", "curious", "deft", "eager", "early", "fair", "frank", "gentle", "golden", "hardy", "honest",
        "jade", "keen", "kind", "level", "limber", "lively", "lucid", "mellow", "nimble", "patient", "plain", "prudent", "quiet", "rapid", "ready", "silver",
        "sober", "steady", "sturdy", "subtle", "sunny", "tidy", "upright", "vivid", "wry", "zesty",
    ];

    private static readonly string[] Things =
    [
        "alder", "anvil", "badger", "beacon", "birch", "brook", "cedar", "comet", "crane", "dune", "egret", "falcon", "fern", "finch", "glacier", "harbor",
        "heron", "ibex", "jackdaw", "kestrel", "lagoon", "lark", "linnet", "lynx", "maple", "marten", "meadow", "otter", "pebble", "plover", "quartz", "raven",
        "ridge", "rowan", "sparrow", "spruce", "tern", "thistle", "vole", "willow", "wren", "yew",
    ];

    public static string New() => $"{Kinds[Random.Shared.Next(Kinds.Length)]}-{Things[Random.Shared.Next(Things.Length)]}-{Random.Shared.Next(1000)}";
}
