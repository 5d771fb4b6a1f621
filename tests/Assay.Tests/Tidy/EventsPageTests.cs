using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Assay.Data;
using Assay.Governance;
using Assay.Governance.Audit;
using Assay.Governance.Ledger;
using Assay.Monitoring;
using Assay.Pipelines;
using Assay.Registry;
using Assay.Serving;
using Assay.Tracking;

namespace Assay.Tests.Tidy;

/// <summary>The page of events names what the ledger can say, each type by its module.</summary>
public partial class EventsPageTests
{
    private static readonly Assembly[] Modules =
    [
        typeof(GovernanceModule).Assembly, typeof(DataModule).Assembly, typeof(TrackingModule).Assembly, typeof(PipelinesModule).Assembly,
        typeof(RegistryModule).Assembly, typeof(ServingModule).Assembly, typeof(MonitoringModule).Assembly,
    ];

    [Fact]
    public void Every_type_of_event_stands_on_its_page_under_its_module_once()
    {
        var written = Written().ToList();
        Assert.Equal(written.Count, written.Distinct().Count());
        Assert.Equal(Stated().Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_has_a_class_in_exports_is_said_by_an_event()
    {
        var types = Types();
        Assert.All(OcsfClass.Beginnings, beginning => Assert.Contains(types, type => type.StartsWith(beginning, StringComparison.Ordinal)));
    }

    /// <summary>Modules read the ledger by the types of others, which are words and no constants there: a type that nobody says any more is found here.</summary>
    [Fact]
    public void A_type_that_code_looks_for_is_said_by_an_event()
    {
        var types = Types();
        var beginnings = types.Select(Beginning).ToHashSet();
        Assert.Empty(from file in Directory.EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories)
                     where !file.Contains("/obj/", StringComparison.Ordinal)
                     from word in Past().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)
                     where beginnings.Contains(Beginning(word)) && !types.Contains(word)
                     select $"{Path.GetRelativePath(Root(), file)}: no event has the type {word}.");
    }

    private static string Beginning(string type) => type[..type.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>A new event about accounts, keys and the like says here whether readers of a project may see it.</summary>
    [Fact]
    public void Of_events_about_the_installation_readers_of_a_project_see_none_but_these()
    {
        var shown = Stated().Where(type => type.StartsWith("Governance: ", StringComparison.Ordinal)).Select(type => type["Governance: ".Length..]).Where(type => !InstallationEvents.IsOne(type));
        Assert.Equal(
            [
                "access.flood-refused", "access.refused", "binding.created", "binding.deleted", "webhook.changed", "webhook.created", "webhook.deleted",
                "webhook.delivery-failed", "webhook.secret-changed", "webhook.secret-rewrapped", "webhook.tested",
            ],
            shown.Order(StringComparer.Ordinal));
    }

    private static HashSet<string> Types() => [.. Stated().Select(type => type[(type.IndexOf(' ', StringComparison.Ordinal) + 1)..])];

    private static IEnumerable<string> Stated() =>
        (from module in Modules
         from type in module.GetTypes()
         where type.IsSubclassOf(typeof(LedgerEvent)) && !type.IsAbstract
         select $"{module.GetName().Name!["Assay.".Length..]}: {Made(type).Type}").Distinct();

    // With nothing in it: an event of any content has the same type.
    private static LedgerEvent Made(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length)!;
        return (LedgerEvent)constructor.Invoke([.. constructor.GetParameters().Select(parameter => Nothing(parameter.ParameterType))]);
    }

    private static object? Nothing(Type type) =>
        type == typeof(string) ? "" : type.IsValueType ? Activator.CreateInstance(type) : null;

    private static IEnumerable<string> Written()
    {
        var module = "";
        foreach (var line in File.ReadLines(Path.Combine(Root(), "docs/reference/events.md")))
        {
            if (Heading().Match(line) is { Success: true } heading)
                module = heading.Groups[1].Value;
            if (Row().Match(line) is { Success: true } row)
                yield return $"{module}: {row.Groups[1].Value}";
        }
    }

    [GeneratedRegex("^By the module `([A-Za-z]+)`")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| `([a-z.-]+)` \| `.+` \| .+\. \|$")]
    private static partial Regex Row();

    // What happened, as types of events say it.
    [GeneratedRegex("\"([a-z-]+\\.[a-z-]+ed)\"")]
    private static partial Regex Past();

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
