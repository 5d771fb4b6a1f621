using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Counterfactuals;

/// <summary>How one input of the row may change.</summary>
/// <param name="Input">Position in the schema.</param>
/// <param name="From">The row's cell.</param>
/// <param name="Steps">Cells to try: of a number the cuts of its distribution, of a category its values.</param>
/// <param name="Unit">Of a number the change that counts as 1; NaN for a category.</param>
/// <param name="IsWhole">Whether a number takes whole steps only.</param>
internal sealed record InputMoves(int Input, float From, float[] Steps, double Unit, bool IsWhole)
{
    public bool IsNumber => !double.IsNaN(Unit);

    /// <summary>How far a cell is from the row's; a number that was missing and stays so has not moved.</summary>
    public double Distance(float to) => to.Equals(From) ? 0 : IsNumber && !float.IsNaN(From) ? Math.Abs((double)to - From) / Unit : 1;

    /// <summary>The moves of every input that may change.</summary>
    /// <exception cref="InvalidInputException">A rule names an input that isn't there, or can't be kept.</exception>
    public static IReadOnlyList<InputMoves> Of(CounterfactualRequest request, ModelSchema schema, IReadOnlyList<Spread> spreads, float[] row)
    {
        foreach (var name in (request.Immutable ?? []).Concat(request.Rules?.Keys ?? []))
        {
            if (!schema.Inputs.Any(input => input.Name == name))
                throw new InvalidInputException($"The model has no input '{name}'. It has {string.Join(", ", schema.Inputs.Take(12).Select(input => $"'{input.Name}'"))}.", column: name);
        }

        return [.. Enumerable.Range(0, row.Length)
            .Where(input => request.Immutable?.Contains(schema.Inputs[input].Name) != true)
            .Select(input => Of(schema.Inputs[input], request.Rules?.GetValueOrDefault(schema.Inputs[input].Name), spreads[input], (input, row[input])))
            .Where(moves => moves.Steps.Length > 0)];
    }

    private static InputMoves Of(ModelInput input, ChangeRule? rule, Spread spread, (int Input, float Cell) from)
    {
        if (input.Type == InputType.Category)
        {
            if (rule is { Min: not null } or { Max: not null } or { Direction: not null })
                throw new InvalidInputException($"rules: '{input.Name}' is a category, which takes 'values' and neither range nor direction.", column: input.Name);
            return new(from.Input, from.Cell, [.. Allowed(input, rule, spread).Where(cell => cell != from.Cell)], double.NaN, IsWhole: true);
        }

        if (rule?.Values is not null)
            throw new InvalidInputException($"rules: '{input.Name}' is a number, which takes 'min', 'max' and 'direction', and no values.", column: input.Name);
        var min = Math.Max(rule?.Min ?? spread.Min, rule?.Direction == ChangeDirection.Up ? from.Cell : double.NegativeInfinity);
        var max = Math.Min(rule?.Max ?? spread.Max, rule?.Direction == ChangeDirection.Down ? from.Cell : double.PositiveInfinity);
        if (rule is { Min: { } low, Max: { } high } && low > high)
            throw new InvalidInputException($"rules: of '{input.Name}', min {low} is above max {high}. Exchange them.", column: input.Name);
        float[] steps = [.. spread.Steps.Append((float)min).Append((float)max).Where(step => float.IsFinite(step) && step >= min && step <= max && step != from.Cell).Distinct()];
        return new(from.Input, from.Cell, steps, spread.Deviation, spread.IsWhole);
    }

    private static IEnumerable<float> Allowed(ModelInput input, ChangeRule? rule, Spread spread)
    {
        if (rule?.Values is not { } values)
            return spread.Steps;
        foreach (var value in values)
        {
            if (!input.Categories!.Contains(value))
                throw new InvalidInputException($"rules: '{input.Name}' has no value '{value}'. It has {string.Join(", ", input.Categories!.Take(12).Select(known => $"'{known}'"))}.", column: input.Name);
        }

        return values.Select(value => (float)input.Categories!.ToList().IndexOf(value));
    }
}
