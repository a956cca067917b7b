using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace Viaduct.Model.Running;

/// <summary>
/// All that is in a graph of objects, as text. Addresses count as what they are relative to the model's memory, since each execution has
/// objects of its own. Code (delegates, types) and locks are left out: no course depends on which they are.
/// </summary>
internal sealed unsafe class Fingerprint(byte* memory, int length) : IDisposable
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> s_fields = new();

    private readonly StringBuilder _text = new();
    private readonly Dictionary<object, int> _seen = new(ReferenceEqualityComparer.Instance);

    /// <summary>Adds a number.</summary>
    public void Add(ulong number) => _text.Append(number).Append(' ');

    /// <summary>Adds a number.</summary>
    public void Add(int number) => _text.Append(number).Append(' ');

    /// <summary>Adds an object and all that it leads to.</summary>
    public void AddObject(object? value)
    {
        switch (value)
        {
            case null:
                _text.Append("- ");
                return;

            case string or Enum or Guid:
            case not null when value.GetType().IsPrimitive:
                _text.Append(value).Append(' ');
                return;

            case Exception error:
                _text.Append(error.GetType()).Append(' ');
                return;

            case Pointer pointer:
                long offset = (byte*)Pointer.Unbox(pointer) - memory;
                _text.Append(offset >= 0 && offset < length ? offset : -1).Append(' ');
                return;

            case Delegate or Type or Lock or Run:
                return;
        }

        Type type = value.GetType();
        if (!type.IsValueType)
        {
            if (_seen.TryGetValue(value, out int number))
            {
                _text.Append('#').Append(number).Append(' ');
                return;
            }

            _seen.Add(value, _seen.Count);
        }

        if (value is byte[] bytes)
        {
            _text.Append(Convert.ToHexString(bytes)).Append(' ');
        }
        else if (value is Array array)
        {
            foreach (object? element in array)
            {
                AddObject(element);
            }
        }
        else
        {
            foreach (FieldInfo field in s_fields.GetOrAdd(type, FieldsOf))
            {
                AddObject(field.GetValue(value));
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <inheritdoc/>
    public void Dispose() => _seen.Clear();

    private static FieldInfo[] FieldsOf(Type type)
    {
        List<FieldInfo> fields = [];
        for (Type? at = type; at is not null; at = at.BaseType)
        {
            fields.AddRange(at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly));
        }

        return [.. fields.Where(static field => !typeof(Delegate).IsAssignableFrom(field.FieldType))];
    }
}
