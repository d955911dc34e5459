interface ChoiceProps {
  name: string;
  label: string;
  options: readonly (readonly [value: string, text: string])[];
  /** Undefined: the first value. */
  chosen: string | undefined;
}

/** A field of a form that takes one of a few values. */
export const Choice = ({ name, label, options, chosen }: ChoiceProps) => (
  <label class="field">
    {label}
    <select name={name}>
      {options.map(([value, text]) => (
        <option value={value} selected={value === chosen}>
          {text}
        </option>
      ))}
    </select>
  </label>
);
