using Assay.Registry;

namespace Assay.Console.Pages.Papers;

/// <summary>The words of a card as the texts of a form: one entry a line, its parts with a bar between them.</summary>
internal sealed class CardForm
{
    private const char Bar = '|';

    public string Overview { get; set; } = "";
    public string IntendedUses { get; set; } = "";
    public string Users { get; set; } = "";
    public string Limitations { get; set; } = "";
    public string Tradeoffs { get; set; } = "";
    public string EthicalConsiderations { get; set; } = "";
    public string FairnessNotes { get; set; } = "";
    public string Owners { get; set; } = "";
    public string Licence { get; set; } = "";

    public static CardForm Of(CardWords words) => new()
    {
        Overview = words.Overview ?? "",
        IntendedUses = Text(words.IntendedUses),
        Users = Text(words.Users),
        Limitations = Text(words.Limitations),
        Tradeoffs = Text(words.Tradeoffs),
        EthicalConsiderations = Text(Write(words.EthicalConsiderations)),
        FairnessNotes = Text(Write(words.FairnessNotes)),
        Owners = Text(Write(words.Owners)),
        Licence = words.Licence ?? "",
    };

    public CardWords Words() => new(
        One(Overview),
        Lines(IntendedUses),
        Lines(Users),
        Lines(Limitations),
        Lines(Tradeoffs),
        Lines(EthicalConsiderations)?.ConvertAll(line => Parts(line, 2) is var parts ? new EthicalConsideration(parts[0]!, parts[1]) : null!),
        Lines(FairnessNotes)?.ConvertAll(line => Parts(line, 4) is var parts ? new FairnessNote(parts[0]!, parts[1], parts[2], parts[3]) : null!),
        Lines(Owners)?.ConvertAll(line => Parts(line, 2) is var parts ? new CardOwner(parts[0]!, parts[1]) : null!),
        One(Licence));

    public static IReadOnlyList<string> Write(IReadOnlyList<EthicalConsideration>? risks) => [.. (risks ?? []).Select(risk => Join(risk.Name, risk.Mitigation))];

    public static IReadOnlyList<string> Write(IReadOnlyList<FairnessNote>? notes) =>
        [.. (notes ?? []).Select(note => Join(note.Group, note.Benefits, note.Harms, note.Mitigation))];

    public static IReadOnlyList<string> Write(IReadOnlyList<CardOwner>? owners) => [.. (owners ?? []).Select(owner => Join(owner.Name, owner.Contact))];

    private static string Join(params string?[] parts) => string.Join($" {Bar} ", parts).TrimEnd(' ', Bar);

    // A bar within the last part stays there.
    private static string?[] Parts(string line, int count)
    {
        var parts = line.Split(Bar, count, StringSplitOptions.TrimEntries);
        return [.. Enumerable.Range(0, count).Select(place => place < parts.Length && parts[place].Length > 0 ? parts[place] : place == 0 ? "" : null)];
    }

    private static string Text(IReadOnlyList<string>? lines) => string.Join('\n', (lines ?? []).Select(line => line.ReplaceLineEndings(" ")));

    private static List<string>? Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } lines ? [.. lines] : null;

    private static string? One(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
