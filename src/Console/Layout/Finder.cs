using Assay.Client;
using Assay.Console.Session;

namespace Assay.Console.Layout;

/// <summary>Finds models, datasets, endpoints and subjects of the ledger by a part of their name.</summary>
internal sealed class Finder(Api api, TimeProvider clock)
{
    private const int Most = 12;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(15);
    private IReadOnlyList<Hit> _names = [];
    private DateTimeOffset _until;

    /// <summary>At most twelve, those that begin with the text first.</summary>
    public async Task<IReadOnlyList<Hit>> Find(string text)
    {
        var part = text.Trim();
        if (part.Length == 0)
            return [];
        try
        {
            var names = await Names();
            var hits = names.Where(hit => hit.Name.Contains(part, StringComparison.OrdinalIgnoreCase))
                .OrderBy(hit => hit.Name.StartsWith(part, StringComparison.OrdinalIgnoreCase) ? 0 : 1).ThenBy(hit => hit.Name.Length);
            return [.. hits.Take(Most)];
        }
        catch (AssayException)   // a search that can't reach the server finds nothing; the page says what is wrong
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<Hit>> Names()
    {
        if (clock.GetUtcNow() < _until)
            return _names;
        var models = api.Models.List(limit: 1000);
        var endpoints = api.Endpoints.List(limit: 1000);
        var subjects = api.Ledger.List(limit: 500);
        var datasets = await api.Datasets.List(limit: 1000);
        _names =
        [
            .. (await models).Items.Select(model => new Hit(model.Name, "model", "models/" + Uri.EscapeDataString(model.Name))),
            .. datasets.Items.Select(dataset => new Hit(dataset.Name, "dataset", "data/" + Uri.EscapeDataString(dataset.Name))),
            .. (await endpoints).Items.Select(endpoint => new Hit(endpoint.Name, "endpoint", "endpoints/" + Uri.EscapeDataString(endpoint.Name))),
            .. (await subjects).Items.Select(entry => entry.Subject).Distinct()
                .Select(subject => new Hit(subject, "ledger", "ledger?subject=" + Uri.EscapeDataString(subject))),
        ];
        _until = clock.GetUtcNow() + Kept;
        return _names;
    }

    /// <summary>Something that was found.</summary>
    internal sealed record Hit(string Name, string Kind, string Address);
}
