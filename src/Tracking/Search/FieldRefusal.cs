using Assay.Kernel.Refusals;

namespace Assay.Tracking.Search;

/// <summary>What MLflow's parsers refuse, for our own routes, whose refusals name the field.</summary>
internal static class FieldRefusal
{
    public static T In<T>(string field, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Refusal refusal) when (refusal.Field is null)   // in the form of MLflow's clients, which name no field
        {
            throw Refusal.Invalid(field, refusal.Message);
        }
    }
}
