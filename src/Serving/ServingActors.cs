namespace Assay.Serving;

/// <summary>Whom the ledger names where the module acts by itself.</summary>
internal static class ServingActors
{
    /// <summary>Follows promotions, makes the moves of roll-outs and tells of models that stopped.</summary>
    public const string Serving = "system:serving";

    /// <summary>Makes, and removes, files of the prediction log.</summary>
    public const string Predictions = "system:predictions";
}
