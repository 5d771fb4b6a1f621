namespace Assay.Console.Charts;

/// <summary>Colours of things that are neither candidate nor reference: ten that can be told apart, then the same as dashes.</summary>
internal static class LineColor
{
    private const int Count = 10;

    public static (string Color, bool Dashed) Of(int place) => ($"run-{(place % Count) + 1}", place >= Count);
}
