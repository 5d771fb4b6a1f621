namespace Assay.Console.Marks;

/// <summary>How a mark stands.</summary>
public enum MarkState
{
    /// <summary>Nobody has made this statement.</summary>
    Missing,

    /// <summary>The statement was made, and it holds.</summary>
    Whole,

    /// <summary>The statement was made, and it says no.</summary>
    Failed,
}

/// <summary>One hallmark of a model version: a statement about its digest.</summary>
/// <param name="Name">Signed, Data, Tested …</param>
/// <param name="State">Whole, missing or failed.</param>
/// <param name="Detail">What it says, in two or three words.</param>
public sealed record Mark(string Name, MarkState State, string Detail)
{
    /// <summary>Where on the version's page the statement stands; null for one that was not made.</summary>
    public string? Link { get; init; }
}
