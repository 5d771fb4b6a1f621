namespace Assay.Inference.Requests;

/// <summary>
/// A prediction request that the model's schema doesn't allow. The message names the row and the column at fault and
/// says what to send instead; it may be shown to the caller as it stands.
/// </summary>
public sealed class InvalidInputException : Exception
{
    /// <summary>The request is wrong at one place, or as a whole when row and column are null.</summary>
    /// <param name="message">One or two sentences: what is wrong, and the remedy.</param>
    /// <param name="row">Row at fault, the first one being 1; null when it isn't about one row.</param>
    /// <param name="column">Column at fault; null when it isn't about one column.</param>
    public InvalidInputException(string message, int? row = null, string? column = null)
        : base(message)
    {
        Row = row;
        Column = column;
    }

    /// <summary>Row at fault, the first one being 1; null when it isn't about one row.</summary>
    public int? Row { get; }

    /// <summary>Column at fault; null when it isn't about one column.</summary>
    public string? Column { get; }
}
