using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Scim;

/// <summary>
/// Applies a PatchOp (RFC 7644, 3.5.2) to a resource as JSON, which is then read like the body of a PUT. It understands what
/// the directories of Microsoft and Okta send: operations in any case, changes without a path, names with dots, and removal
/// of members by value.
/// </summary>
internal static partial class ScimPatch
{
    private const int OperationsMax = 200;

    /// <exception cref="Refusal">An operation is not understood.</exception>
    public static void Apply(JsonObject resource, JsonObject patch)
    {
        if (patch["Operations"] is not JsonArray { Count: > 0 and <= OperationsMax } operations)
            throw Refusal.Invalid("Operations", $"'Operations' is a list of 1 to {OperationsMax} changes.");
        foreach (var node in operations)
        {
            if (node is not JsonObject operation)
                throw Refusal.Invalid("Operations", "Each of 'Operations' is an object with 'op', and mostly 'path' and 'value'.");
            var op = ScimJson.Text(operation, "op", 20)?.ToLowerInvariant();
            if (op is not ("add" or "replace" or "remove"))
                throw Refusal.Invalid("op", "'op' is add, replace or remove.");
            One(resource, op, ScimJson.Text(operation, "path", 500), operation["value"]);
        }
    }

    private static void One(JsonObject resource, string op, string? path, JsonNode? value)
    {
        if (path is not null)
        {
            Change(resource, op, path, value);
            return;
        }

        if (op == "remove" || value is not JsonObject attributes)
            throw Refusal.Invalid("path", "Without 'path', 'op' is add or replace and 'value' is an object of attributes.");
        foreach (var (name, one) in attributes)
        {
            // A name that is a schema holds attributes of that schema.
            if (one is JsonObject nested && name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase))
                One(resource, op, null, nested);
            else
                Change(resource, op, name, one);
        }
    }

    private static void Change(JsonObject resource, string op, string path, JsonNode? value)
    {
        var match = Path().Match(path);
        if (!match.Success)
            throw Refusal.Invalid("path", $"The path '{path}' is not understood: write an attribute, such as 'active', 'name.familyName' or 'members[value eq \"…\"]'.");
        var attribute = ScimFilter.Bare(match.Groups["attribute"].Value);
        var sub = match.Groups["sub"] is { Success: true, Value: var name } ? name : null;
        if (match.Groups["filter"] is { Success: true, Value: var filter })
            ChangeElements(resource, op, attribute, filter, sub, value);
        else if (sub is not null)
            ChangeInside(resource, op, attribute, sub, value);
        else if (resource[attribute] is JsonArray list)
            ChangeList(resource, op, attribute, list, value);
        else if (op == "remove")
            resource.Remove(attribute);
        else
            resource[attribute] = value?.DeepClone();
    }

    private static void ChangeInside(JsonObject resource, string op, string attribute, string sub, JsonNode? value)
    {
        if (resource[attribute] is not JsonObject inner)
            resource[attribute] = inner = ScimJson.Object();
        if (op == "remove")
            inner.Remove(sub);
        else
            inner[sub] = value?.DeepClone();
    }

    private static void ChangeList(JsonObject resource, string op, string attribute, JsonArray list, JsonNode? value)
    {
        var given = value is JsonArray many ? many.ToList() : value is null ? [] : [value];
        if (op == "replace" || (op == "remove" && given.Count == 0))
        {
            resource[attribute] = new JsonArray([.. given.Select(one => one?.DeepClone())]);
            return;
        }

        var values = given.Select(ValueOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (op == "remove")
        {
            list.RemoveAll(one => values.Contains(ValueOf(one)));
            return;
        }

        var there = list.Select(ValueOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var one in given.Where(one => there.Add(ValueOf(one))))
            list.Add(one?.DeepClone());
    }

    private static void ChangeElements(JsonObject resource, string op, string attribute, string filter, string? sub, JsonNode? value)
    {
        var comparisons = ScimFilter.Parse(filter, ["value", "type", "primary"], "path");
        if (resource[attribute] is not JsonArray list)
            resource[attribute] = list = [];
        var matching = list.OfType<JsonObject>().Where(one => comparisons.All(wanted => Matches(one, wanted))).ToList();
        if (op == "remove")
        {
            foreach (var one in matching)
            {
                if (sub is null)
                    list.Remove(one);
                else
                    one.Remove(sub);
            }

            return;
        }

        if (matching.Count == 0)
        {
            // "emails[type eq "work"].value" of somebody without one makes one.
            var made = ScimJson.Object();
            foreach (var comparison in comparisons.Where(comparison => comparison.Operator == "eq"))
                made[comparison.Attribute] = comparison.Value;
            list.Add(made);
            matching.Add(made);
        }

        foreach (var one in matching)
        {
            if (sub is not null)
                one[sub] = value?.DeepClone();
            else if (value is JsonObject parts)
                parts.ToList().ForEach(part => one[part.Key] = part.Value?.DeepClone());
            else
                throw Refusal.Invalid("value", $"'{attribute}' has elements with parts: name the part in the path, or give an object.");
        }
    }

    private static bool Matches(JsonObject element, ScimComparison wanted)
    {
        var value = element[wanted.Attribute] is { } node ? node.ToString() : "";
        return wanted.Operator switch
        {
            "eq" => value.Equals(wanted.Value, StringComparison.OrdinalIgnoreCase),
            "sw" => value.StartsWith(wanted.Value, StringComparison.OrdinalIgnoreCase),
            _ => value.Contains(wanted.Value, StringComparison.OrdinalIgnoreCase),
        };
    }

    private static string ValueOf(JsonNode? node) => node switch
    {
        JsonObject element => element["value"]?.ToString() ?? "",
        null => "",
        _ => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString(),
    };

    [GeneratedRegex(@"^\s*(?<attribute>[A-Za-z](?:[\w:\-$]|\.\d)*)(?:\[(?<filter>[^\]]{1,400})\])?(?:\.(?<sub>[A-Za-z][\w\-$]*))?\s*\z")]
    private static partial Regex Path();
}
